import { expect, test } from "vitest";
import { xarfFaults } from "./xarf-types";

const party = { org: "Watch", contact: "reports@watch.example", domain: "watch.example" };
const core = { xarf_version: "4.2.0", report_id: "0192f0c1-7d9e-4aaa-8bbb-0123456789ab", timestamp: "2026-11-26T08:00:00Z", reporter: party, sender: party, source_identifier: "192.0.2.4" };
const spam = { ...core, category: "messaging", type: "spam", protocol: "smtp", smtp_from: "offers@sender.example", source_port: 25 };

test.each<[string, Record<string, unknown>, string[]]>([
  ["a whole report of spam", spam, []],
  ["one by telephone names no port", { ...core, category: "messaging", type: "spam", protocol: "sms" }, []],
  ["one by SMTP names sender and port", { ...spam, smtp_from: undefined, source_port: undefined }, ["smtp_from is missing", "source_port is missing"]],
  ["a port is a port", { ...spam, source_port: 70_000 }, ["source_port is no port number"]],
  ["the core is asked for first", { ...spam, sender: undefined, protocol: null }, ["sender is missing", "protocol is missing"]],
  ["a party has a contact", { ...spam, reporter: { org: "Watch", domain: "watch.example" } }, ["reporter.contact is missing"]],
  ["a number of theirs is a UUID", { ...spam, report_id: "17" }, ["report_id is no UUID"]],
  ["a time has a zone", { ...spam, timestamp: "2026-11-26 08:00" }, ["timestamp is no date and time with a zone"]],
  ["few are not many", { ...spam, type: "bulk_messaging", recipient_count: 99 }, ["recipient_count is below 100"]],
  ["phishing leads somewhere", { ...core, category: "content", type: "phishing" }, ["url is missing"]],
  ["a link is one", { ...core, category: "content", type: "phishing", url: "roofs dot example" }, ["url is no web address"]],
  ["a scan from an address names its port", { ...core, category: "connection", type: "port_scan", protocol: "tcp", first_seen: "2026-11-26T08:00:00Z" }, ["source_port is missing"]],
  ["one from a name does not", { ...core, source_identifier: "scanner.example", category: "connection", type: "port_scan", protocol: "tcp", first_seen: "2026-11-26T08:00:00Z" }, []],
  ["a flaw has its number", { ...core, category: "vulnerability", type: "cve", service: "ssh", service_port: 22, cve_id: "2026-1" }, ["cve_id is no CVE number"]],
  ["exposed data is of some kind", { ...core, category: "content", type: "exposed_data", url: "https://a.example/", data_types: [], exposure_method: "cloud_storage" }, ["data_types is no list of anything"]],
  ["evidence is there", { ...spam, evidence: [{ content_type: "text/plain" }] }, ["a piece of evidence lacks content_type or payload"]],
  ["nobody knows the type", { ...core, category: "messaging", type: "carrier_pigeon" }, ["the type messaging/carrier_pigeon is not one of XARF 4"]],
  ["a word of another list", { ...spam, evidence_source: "firewall_logs" }, ["evidence_source is none of the words it may be"]],
  ["a protocol nobody mails by", { ...spam, protocol: "pigeon" }, ["protocol is none of the words it may be"]],
  ["a word of what all content has", { ...core, category: "content", type: "phishing", url: "https://a.example/", lure_type: "tax_refund", dns_response: { response_code: "MAYBE" } }, ["dns_response.response_code is none of the words it may be"]],
  ["one of a list", { ...core, category: "content", type: "malware", url: "https://a.example/", targeted_platforms: ["linux", "toaster"], c2_servers: [{ port: 443 }, { port: 0 }] }, ["c2_servers[].port is no port number", "targeted_platforms[] is none of the words it may be"]],
  ["a coin without its address", { ...core, category: "content", type: "fraud", url: "https://a.example/", fraud_type: "romance", cryptocurrency_addresses: [{ currency: "bitcoin", address: "x" }, { currency: "bitcoin" }] }, ["cryptocurrency_addresses[].address is missing"]],
  ["a swarm nobody can find", { ...core, category: "copyright", type: "p2p", p2p_protocol: "bittorrent", swarm_info: { file_count: 1 } }, ["swarm_info.info_hash or magnet_uri is missing"]],
  ["one that can be found either way", { ...core, category: "copyright", type: "p2p", p2p_protocol: "bittorrent", swarm_info: { magnet_uri: "magnet:?xt=urn:btih:1" } }, []],
  ["a party that cannot be written to", { ...spam, sender: { ...party, contact: "nobody", domain: "no host" } }, ["sender.contact is no mail address", "sender.domain is no name of a host"]],
  ["surer than sure", { ...spam, confidence: 1.5, tags: ["campaign:roofs", "loose"] }, ["confidence is not between 0 and 1", "tags[] is not namespace:value"]],
])("%s", (_what, report, faults) => {
  expect(xarfFaults(report)).toEqual(faults);
});

test("tells a bounded number of faults, whatever stands there", () => {
  const wild = Object.fromEntries(["url", "infringing_url", "first_seen", "last_seen", "source_port", "smtp_from", "smtp_to", "cve_id", "data_types", "cvss_score"].map((name) => [name, { a: [] }]));
  const faults = xarfFaults({ ...wild, category: "x".repeat(10_000), type: ["y"], reporter: 7, sender: [], evidence: [null, 1] });
  expect(faults.length).toBeGreaterThan(10);
  expect(faults.length).toBeLessThanOrEqual(20);
  expect(faults.every((fault) => fault.length < 200)).toBe(true);
});
