/**
 * The demo's staff, one in every role and a second analyst, lead and policy manager for what one person may not do alone. The seed
 * enrols them outside production only, without a second factor; `npm start` prints them.
 *
 * @typedef {"analyst" | "lead" | "appeals_reviewer" | "policy_manager" | "auditor" | "admin"} DemoRole
 */

export const demoPassword = "walk-through-the-demo";

/** @type {readonly { email: string, name: string, role: DemoRole }[]} */
export const demoPeople = [
  { email: "ana.analyst@console.example", name: "Ana Reyes", role: "analyst" },
  { email: "ben.analyst@console.example", name: "Ben Okafor", role: "analyst" },
  { email: "lee.lead@console.example", name: "Lee Nakamura", role: "lead" },
  { email: "lou.lead@console.example", name: "Lou Bernard", role: "lead" },
  { email: "rita.reviewer@console.example", name: "Rita Haddad", role: "appeals_reviewer" },
  { email: "pam.policy@console.example", name: "Pam Kowalski", role: "policy_manager" },
  { email: "pete.policy@console.example", name: "Pete Almeida", role: "policy_manager" },
  { email: "otto.auditor@console.example", name: "Otto Lindgren", role: "auditor" },
  { email: "ada.admin@console.example", name: "Ada Moreno", role: "admin" },
];
