/** Gives a member what a bulk grant gives. Not from outside: a job submits it, for each member whom the grant is for. */
export type GrantInBulk = { kind: "grant_in_bulk"; memberId: string; grantId: string };

/** Nobody outside hears this answer: the job counts it. */
export type GrantedInBulkView = { memberId: string };
