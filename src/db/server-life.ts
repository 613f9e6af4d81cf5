/**
 * SQL that answers another text after the server has crashed, or after another one has taken its place: a crash empties the counters
 * of statistics. Who empties them by hand makes an outcome unknown for once, never wrong, and what was kept be read again.
 */
export const SERVER_LIFE = "pg_stat_get_bgwriter_stat_reset_time()::text";
