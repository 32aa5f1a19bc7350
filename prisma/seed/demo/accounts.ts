/** The demo's account holders: invented businesses, numbers from ranges kept for fiction, addresses nobody can own. */
export type DemoAccount = { platform: string; externalId: string; name: string; plan: string; language: "en" | "es"; phone: string };

type Row = readonly [externalId: string, name: string, plan: string, phone: string, language?: "es"];

const on = (platform: string, rows: readonly Row[]): DemoAccount[] =>
  rows.map(([externalId, name, plan, phone, language]) => ({ platform, externalId, name, plan, phone, language: language ?? "en" }));

export const demoAccounts: readonly DemoAccount[] = [
  ...on("customerflows", [
    ["cf-1001", "Bright Roof Solar", "scale", "+13075550101"],
    ["cf-1002", "Summit Peak Plumbing", "growth", "+13035550102"],
    ["cf-1003", "Lone Pine Landscaping", "starter", "+13035550103"],
    ["cf-1004", "Quick Dry Restoration", "growth", "+14065550104"],
    ["cf-1005", "Casa Linda Limpieza", "growth", "+15055550105", "es"],
    ["cf-1006", "Prairie Heating & Air", "scale", "+13085550106"],
    ["cf-1007", "Gatehouse Garage Doors", "starter", "+17205550107"],
    ["cf-1008", "Old Mill Windows", "growth", "+13075550108"],
    ["cf-1009", "Red Rock Pest Control", "starter", "+14355550109"],
    ["cf-1010", "Northstar Movers", "growth", "+16055550110"],
    ["cf-1011", "Evergreen Tree Care", "starter", "+12085550111"],
    ["cf-1012", "Blue Spruce Painting", "growth", "+13035550112"],
    ["cf-1013", "Handy Brothers Repair", "starter", "+13035550113"],
    ["cf-1014", "Wind River Electric", "scale", "+13075550114"],
    ["cf-1015", "Mesa Verde Pools", "growth", "+15205550115"],
    ["cf-1016", "Tidy Nest Cleaning", "starter", "+13035550116"],
    ["cf-1017", "Copper Kettle Remodeling", "growth", "+14065550117"],
    ["cf-1018", "Jardines del Valle", "starter", "+15055550118", "es"],
  ]),
  ...on("xpecto", [
    ["xp-2001", "Monsoon Travel Desk", "business", "+912255500101"],
    ["xp-2002", "Saffron Loans Online", "enterprise", "+912255500102"],
    ["xp-2003", "Lotus Tuition Centre", "business", "+912255500103"],
    ["xp-2004", "Banyan Mobile Store", "business", "+912255500104"],
    ["xp-2005", "Kite Insurance Brokers", "enterprise", "+912255500105"],
    ["xp-2006", "Marigold Events", "starter", "+912255500106"],
    ["xp-2007", "Peacock Textiles", "business", "+912255500107"],
    ["xp-2008", "Chai Point Franchise", "starter", "+912255500108"],
    ["xp-2009", "Himalaya Water Filters", "business", "+912255500109"],
  ]),
  ...on("chatflow", [
    ["ch-3001", "Fern & Thread Boutique", "pro", "+14155550131"],
    ["ch-3002", "Daily Deals Depot", "pro", "+14155550132"],
    ["ch-3003", "Velvet Shoe Outlet", "basic", "+14155550133"],
    ["ch-3004", "Moda Clara", "pro", "+525555550134", "es"],
    ["ch-3005", "Harbor Street Optics", "basic", "+14155550135"],
  ]),
  ...on("contactflow", [
    ["co-4001", "Sure Path Debt Help", "team", "+12125550141"],
    ["co-4002", "Brightline Surveys", "team", "+12125550142"],
    ["co-4003", "Metro Dental Reminders", "solo", "+12125550143"],
    ["co-4004", "Oak & Anchor Recruiting", "team", "+12125550144"],
  ]),
  ...on("casaflow", [
    ["ca-5001", "Lakeshore Home Buyers", "pro", "+13125550151"],
    ["ca-5002", "Casa Feliz Rentals", "pro", "+13125550152", "es"],
    ["ca-5003", "Prairie Mortgage Leads", "enterprise", "+13125550153"],
    ["ca-5004", "Elm Street Realty", "basic", "+13125550154"],
  ]),
];
