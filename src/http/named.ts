const DISPLAY_NAME = Symbol.for("fastify.display-name");

/** The plugin, saying its name: for that of one that does not Fastify looks through every module that is loaded. */
export const named = <Plugin extends { name: string }>(plugin: Plugin): Plugin => Object.assign(plugin, { [DISPLAY_NAME]: plugin.name });
