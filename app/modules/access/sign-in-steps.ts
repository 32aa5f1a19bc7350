import { safeNext } from "./session";

const pages = { second_factor: "/sign-in/second-factor", enrolment: "/enrol" } as const;

/** The page that follows a step of signing in; `next` is carried along until the last one. */
export function signInStep(stage: "complete" | "second_factor" | "enrolment", next: string | null | undefined): string {
  const goal = safeNext(next);
  if (stage === "complete") return goal;
  return goal === "/queue" ? pages[stage] : `${pages[stage]}?next=${encodeURIComponent(goal)}`;
}
