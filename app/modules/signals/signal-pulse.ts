/** More new signals than these are not counted. */
export const mostNew = 50;

/** Where a signal that is shown stands by now. */
export interface SignalUpdate {
  id: string;
  score: number;
  retracted: boolean;
  caseReference: string | null;
}

export interface SignalPulse {
  fresh: number;
  listed: SignalUpdate[];
}
