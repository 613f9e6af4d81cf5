/** Where an instant comes from: the system's clock in a service, a movable one in tests. Pure code takes the instant itself. */
export type Clock = () => Date;
