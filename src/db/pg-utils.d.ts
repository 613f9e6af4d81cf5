declare module "pg/lib/utils.js" {
  /** A value of a parameter as it is sent: text, bytes or null. */
  export function prepareValue(value: unknown): unknown;
}
