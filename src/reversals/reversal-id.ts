/** What a reversal is known by: the entry that it undoes, each once. Entries are numbered by member. */
export const reversalId = (memberId: string, seq: number): string => `${memberId}/${seq}`;
