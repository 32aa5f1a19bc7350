import { xarfWords } from "./xarf-words";

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

const isBetween = (least: number, most: number) => isNumber(least, most, false);
const matches = (pattern: RegExp) => (value: unknown): boolean => typeof value === "string" && pattern.test(value);

/** Forms that a field has in whichever type it stands, by its path as in `xarfWords`, and how a person is told of them. */
const forms: readonly [paths: readonly string[], isRight: (value: unknown) => boolean, form: string][] = [
  [["report_id"], matches(uuid), "is no UUID"],
  [["timestamp", "first_seen", "last_seen", "threshold_exceeded", "registration_date", "verified_at", "disclosure_date", "ssl_certificate.valid_from", "ssl_certificate.valid_to", "whois.created_date", "whois.updated_date", "whois.expiry_date", "dns_response.query_time", "file_info.upload_date", "link_info.posting_date", "content_info.upload_date", "uploader_info.account_creation_date", "message_info.posting_date"], isInstant, "is no date and time with a zone"],
  [["url", "infringing_url", "original_url", "screenshot_url", "submission_url", "cloned_site", "target_url", "patch_url", "vendor_advisory", "redirect_chain[]", "linked_content[].target_url", "nzb_info.nzb_url", "sandbox_analysis.analysis_url", "spam_indicators.suspicious_links[]"], isUrl, "is no web address"],
  [["source_port", "destination_port", "service_port", "targeted_ports[]", "c2_servers[].port"], isNumber(1, 65_535), "is no port number"],
  [["smtp_from", "smtp_to", "reporter.contact", "sender.contact", "whois.registrar_abuse_contact"], isMailbox, "is no mail address"],
  [["reporter.domain", "sender.domain"], matches(/^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,62})(?:\.[a-z0-9](?:[a-z0-9-]{0,62}))*$/i), "is no name of a host"],
  [["cve_id", "cve_ids[]", "exploit_cve[]", "vulnerability_exploited.cve"], matches(/^CVE-\d{4}-\d{1,19}$/), "is no CVE number"],
  [["cvss_score"], isBetween(0, 10), "is not between 0 and 10"],
  [["confidence", "similarity_score", "risk_score", "match_details.match_confidence"], isBetween(0, 1), "is not between 0 and 1"],
  [["sandbox_analysis.score", "match_details.match_percentage", "nzb_info.completion_percentage"], isBetween(0, 100), "is not between 0 and 100"],
  [["peak_pps", "peak_bps", "duration_seconds", "total_requests", "total_probes", "unique_urls", "attempts_count"], isNumber(1, Number.MAX_SAFE_INTEGER), "is no number from 1"],
  [["tags[]"], matches(/^[a-z0-9][a-z0-9_+-]{0,199}:[a-z0-9][a-z0-9_+-]{0,199}$/), "is not namespace:value"],
  [["swarm_info.info_hash", "file_hashes.sha1", "hash_values.sha1"], matches(/^[a-f0-9]{40}$/i), "is no SHA-1"],
  [["file_hashes.sha256", "hash_values.sha256"], matches(/^[a-f0-9]{64}$/i), "is no SHA-256"],
  [["evidence[].hash"], matches(/^(?:md5|sha1|sha256|sha512):[a-f0-9]{1,128}$/i), "is no hash with the name of its kind"],
  [["data_types", "suspicious_indicators", "probed_resources"], (value) => Array.isArray(value) && value.length > 0, "is no list of anything"],
];

/** What has to stand in each of a list's items, or in an object; one of those that are parted by a bar. */
const within: Readonly<Record<string, readonly [path: string, fields: readonly string[]]>> = {
  "content/fraud": ["cryptocurrency_addresses[]", ["currency", "address"]],
  "content/remote_compromise": ["compromise_indicators[]", ["type", "value"]],
  "copyright/link_site": ["linked_content[]", ["target_url", "link_type"]],
  "copyright/p2p": ["swarm_info", ["info_hash|magnet_uri"]],
  "copyright/usenet": ["message_info", ["message_id"]],
};

const mostFaults = 20;

/**
 * What is wrong with an XARF 4 report by the rules of its own type, each as a sentence's end; none: it is valid as far as is judged
 * here. What a field says is not repeated: it may name somebody.
 */
export function xarfFaults(report: Readonly<Record<string, unknown>>): string[] {
  const type = `${String(report.category)}/${String(report.type)}`;
  const own = typeFields[type];
  const asked = ["report_id", "timestamp", "reporter", "sender", "source_identifier", ...(own ?? []), ...askedBesides(type, report)];
  const missing = [...new Set(asked)].filter((name) => isMissing(report[name])).map((name) => `${name} is missing`);
  const parties = (["reporter", "sender"] as const).flatMap((name) => partyFaults(name, report[name]));
  const misshapen = forms.flatMap(([paths, isRight, form]) => paths.filter((path) => valuesAt(report, path).some((value) => !isMissing(value) && !isRight(value))).map((path) => `${path} ${form}`));
  const bare = Array.isArray(report.evidence) && report.evidence.some((item: unknown) => !isWhole(item)) ? ["a piece of evidence lacks content_type or payload"] : [];
  const few = type === "messaging/bulk_messaging" && typeof report.recipient_count === "number" && report.recipient_count < 100 ? ["recipient_count is below 100"] : [];
  return [...(own ? [] : [`the type ${type.slice(0, 120)} is not one of XARF 4`]), ...missing, ...parties, ...innerFaults(type, report), ...misshapen, ...wordFaults(type, report), ...bare, ...few].slice(0, mostFaults);
}

const mostItems = 50;

/** What stands at a path: one value, or one of each item of its lists. */
function valuesAt(report: unknown, path: string): unknown[] {
  let found: unknown[] = [report];
  for (const step of path.split(".")) {
    const name = step.replace("[]", "");
    found = found.flatMap((one) => (typeof one === "object" && one !== null && Object.hasOwn(one, name) ? [(one as Record<string, unknown>)[name]] : []));
    if (step.endsWith("[]")) found = found.flatMap((one) => (Array.isArray(one) ? one.slice(0, mostItems) : [one]));
  }
  return found.slice(0, mostItems);
}

function innerFaults(type: string, report: Readonly<Record<string, unknown>>): string[] {
  const [path, fields] = within[type] ?? ["", []];
  const inner = fields.length > 0 ? valuesAt(report, path) : [];
  return fields.filter((field) => inner.some((one) => field.split("|").every((name) => valuesAt(one, name).every(isMissing)))).map((field) => `${path}.${field.replace("|", " or ")} is missing`);
}

function wordFaults(type: string, report: Readonly<Record<string, unknown>>): string[] {
  const lists = { ...(xarfWords[type.split("/")[0]!] ?? {}), ...(xarfWords[type] ?? {}) };
  const strange = (path: string, words: string) => valuesAt(report, path).some((value) => !isMissing(value) && !words.split(" ").includes(String(value)));
  return Object.entries(lists).filter(([path, words]) => strange(path, words)).map(([path]) => `${path} is none of the words it may be`);
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
