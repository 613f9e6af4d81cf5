import { z } from "zod";

const formatOf =
  (schema: z.ZodType): ((text: string) => boolean) =>
  (text) =>
    schema.safeParse(text).success;

/** The formats of texts that a schema may ask for. All are checked in linear time. */
export const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  date: formatOf(z.iso.date()),
  "date-time": formatOf(z.iso.datetime({ offset: true })),
  email: formatOf(z.email()),
  uuid: formatOf(z.guid()),
};
