/**
 * What XARF 4 asks of a report beside what it asks of all of them, by `category/type` (xarf.org, schemas of version 4). A report that
 * lacks some of it is kept and acted on; people are told what it lacks.
 */
const typeFields: Record<string, readonly string[]> = {
  "connection/ddos": ["protocol", "first_seen"],
  "connection/infected_host": ["protocol", "bot_type", "first_seen"],
  "connection/login_attack": ["protocol", "first_seen"],
  "connection/port_scan": ["protocol", "first_seen"],
  "connection/reconnaissance": ["protocol", "probed_resources", "first_seen"],
  "connection/scraping": ["protocol", "first_seen", "total_requests"],
  "connection/sql_injection": ["protocol", "first_seen"],
  "connection/vulnerability_scan": ["scan_type", "protocol", "first_seen"],
  "content/brand_infringement": ["url", "infringement_type", "legitimate_site"],
  "content/csam": ["url", "classification", "detection_method"],
  "content/csem": ["url", "exploitation_type", "detection_method"],
  "content/exposed_data": ["url", "data_types", "exposure_method"],
  "content/fraud": ["url", "fraud_type"],
  "content/malware": ["url"],
  "content/phishing": ["url"],
  "content/remote_compromise": ["url", "compromise_type"],
  "content/suspicious_registration": ["url", "registration_date", "suspicious_indicators"],
  "copyright/copyright": ["infringing_url"],
  "copyright/cyberlocker": ["infringing_url", "hosting_service"],
  "copyright/link_site": ["infringing_url", "site_name"],
  "copyright/p2p": ["p2p_protocol", "swarm_info"],
  "copyright/ugc_platform": ["infringing_url", "platform_name"],
  "copyright/usenet": ["newsgroup", "message_info"],
  "infrastructure/botnet": ["compromise_evidence"],
  "infrastructure/compromised_server": ["compromise_method"],
  "messaging/bulk_messaging": ["protocol", "recipient_count"],
  "messaging/spam": ["protocol"],
  "reputation/blocklist": ["threat_type"],
  "reputation/threat_intelligence": ["threat_type"],
  "vulnerability/cve": ["service", "service_port", "cve_id"],
  "vulnerability/misconfiguration": ["service"],
  "vulnerability/open_service": ["service"],
};

/** Types that name the port traffic came from, where the source is an address that many may share. */
const portOfSource = new Set(["connection/ddos", "connection/login_attack", "connection/port_scan"]);

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/i;

const isNumber = (least: number, most: number, whole = true) => (value: unknown): boolean => typeof value === "number" && value >= least && value <= most && (!whole || Number.isInteger(value));
const isInstant = (value: unknown): boolean => typeof value === "string" && instant.test(value) && !Number.isNaN(Date.parse(value));
const isUrl = (value: unknown): boolean => typeof value === "string" && value.length <= 2_000 && URL.canParse(value);
const isMailbox = (value: unknown): boolean => typeof value === "string" && /^[^\s@]{1,64}@[^\s@]{1,253}$/.test(value);

/** Forms that a field has in whichever type it stands, and how a person is told of them. */
const forms: readonly [fields: readonly string[], isRight: (value: unknown) => boolean, form: string][] = [
  [["report_id"], (value) => typeof value === "string" && uuid.test(value), "is no UUID"],
  [["timestamp", "first_seen", "last_seen", "registration_date", "verified_at", "disclosure_date"], isInstant, "is no date and time with a zone"],
  [["url", "infringing_url", "original_url", "screenshot_url", "submission_url", "cloned_site", "target_url", "patch_url"], isUrl, "is no web address"],
  [["source_port", "destination_port", "service_port"], isNumber(1, 65_535), "is no port number"],
  [["smtp_from", "smtp_to"], isMailbox, "is no mail address"],
  [["cve_id"], (value) => typeof value === "string" && /^CVE-\d{4}-\d{1,19}$/.test(value), "is no CVE number"],
  [["cvss_score"], isNumber(0, 10, false), "is not between 0 and 10"],
  [["data_types", "suspicious_indicators", "probed_resources"], (value) => Array.isArray(value) && value.length > 0, "is no list of anything"],
];

const mostFaults = 20;

/**
 * What is wrong with an XARF 4 report by the rules of its own type, each as a sentence's end; none: it is valid as far as is judged
 * here. Words a type lists are not judged: newer ones say more than none.
 */
export function xarfFaults(report: Readonly<Record<string, unknown>>): string[] {
  const type = `${String(report.category)}/${String(report.type)}`;
  const own = typeFields[type];
  const asked = ["report_id", "timestamp", "reporter", "sender", "source_identifier", ...(own ?? []), ...askedBesides(type, report)];
  const missing = [...new Set(asked)].filter((name) => isMissing(report[name])).map((name) => `${name} is missing`);
  const parties = (["reporter", "sender"] as const).flatMap((name) => partyFaults(name, report[name]));
  const misshapen = forms.flatMap(([fields, isRight, form]) => fields.filter((name) => !isMissing(report[name]) && !isRight(report[name])).map((name) => `${name} ${form}`));
  const bare = Array.isArray(report.evidence) && report.evidence.some((item: unknown) => !isWhole(item)) ? ["a piece of evidence lacks content_type or payload"] : [];
  const few = type === "messaging/bulk_messaging" && typeof report.recipient_count === "number" && report.recipient_count < 100 ? ["recipient_count is below 100"] : [];
  return [...(own ? [] : [`the type ${type.slice(0, 120)} is not one of XARF 4`]), ...missing, ...parties, ...misshapen, ...bare, ...few].slice(0, mostFaults);
}

const isMissing = (value: unknown): boolean => value === undefined || value === null || value === "";

const isWhole = (item: unknown): boolean => typeof item === "object" && item !== null && ["content_type", "payload"].every((name) => !isMissing((item as Record<string, unknown>)[name]));

function askedBesides(type: string, { protocol, source_identifier: source }: Readonly<Record<string, unknown>>): string[] {
  if (type.startsWith("messaging/") && protocol === "smtp") return ["smtp_from", "source_port"];
  return portOfSource.has(type) && typeof source === "string" && /^(?:[\d.]{7,15}|[0-9a-f:.]*:[0-9a-f:.]*)$/i.test(source) ? ["source_port"] : [];
}

/** Whoever reports, and for whom it is sent: each is named, can be written to, and has a domain. */
function partyFaults(name: string, party: unknown): string[] {
  if (typeof party !== "object" || party === null) return [];
  const { org, contact, domain } = party as Record<string, unknown>;
  return Object.entries({ org, contact, domain }).filter(([, value]) => isMissing(value)).map(([field]) => `${name}.${field} is missing`);
}
