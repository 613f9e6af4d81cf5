/** What a column of the database is called in the API. */
export const camelCase = (column: string): string => column.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** The same for all names of an object; names within its values stay. */
export const camelCaseKeys = (row: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(row).map(([column, value]) => [camelCase(column), value]));
