// Contract (helper fills in): epoch days are whole days since 1970-01-01 in the program's time zone.
export type EpochDay = number;
