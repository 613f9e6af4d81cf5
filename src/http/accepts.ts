const JSON_TYPE = "application/json";

/** Whether the caller takes this media type before JSON, which is the answer where the caller does not say. */
export function prefers(mediaType: string, accept = ""): boolean {
  const [wanted, json] = [accept.indexOf(mediaType), accept.indexOf(JSON_TYPE)];
  return wanted >= 0 && (json < 0 || wanted < json);
}
