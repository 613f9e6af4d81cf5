import type pg from "pg";
import { lookUp, lookUpMember } from "../../db/look-ups.ts";
import { LOT_COLUMNS } from "../../ledger/rows.ts";
import { REDEMPTION_COLUMNS } from "../../rewards/rows.ts";

/** Members by their ids, each with a redemption of theirs. */
type Asked = readonly { id: string; redemptionId: string }[];

const OF_ASKED = `from unnest($2::text[], $3::text[]) u (member_id, redemption_id)
           ${lookUpMember("member_id")}
           ${lookUp("redemptions", "d", "member_key = m.member_key and redemption_id = u.redemption_id")}`;

const valuesOf = (programId: number, asked: Asked) => [programId, asked.map(({ id }) => id), asked.map(({ redemptionId }) => redemptionId)];

export const selectRedemptions = (programId: number, asked: Asked): pg.QueryConfig => ({
  name: "load_redemptions",
  text: `select ${REDEMPTION_COLUMNS} ${OF_ASKED}`,
  values: valuesOf(programId, asked),
});

/** The lots that the points of redemptions came from, spent ones too. */
export const selectRedemptionLots = (programId: number, asked: Asked): pg.QueryConfig => ({
  name: "load_redemption_lots",
  text: `select ${LOT_COLUMNS} ${OF_ASKED} ${lookUp("lots", "l", "member_key = m.member_key and seq = any(d.lots)")}`,
  values: valuesOf(programId, asked),
});
