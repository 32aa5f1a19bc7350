/**
 * The words that a field of an XARF 4 report may be (xarf.org, schemas of version 4), by `category` or `category/type` and by its path, where `[]` stands for
 * each item of a list.
 */
export const xarfWords: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  content: {
    verification_method: "manual automated_crawler user_report honeypot threat_intelligence",
    attack_vector: "phishing malware fraud brand_infringement copyright_infringement data_leak remote_compromise suspicious_registration",
    "dns_response.response_code": "NOERROR NXDOMAIN SERVFAIL REFUSED",
  },
  "connection/ddos": {
    evidence_source: "firewall_logs ids_detection flow_analysis traffic_monitoring honeypot",
    protocol: "tcp udp icmp sctp",
    service_impact: "none degraded unavailable",
  },
  "connection/infected_host": {
    protocol: "tcp udp",
    bot_type: "search_engine ai_agent monitoring seo_analyzer link_checker feed_reader social_media advertising malicious unknown",
    behavior_pattern: "legitimate_crawling aggressive_crawling api_abuse form_submission comment_spam account_creation content_harvesting vulnerability_probing mixed",
    verification_status: "verified unverified spoofed unknown",
  },
  "connection/login_attack": {
    protocol: "tcp udp icmp sctp",
  },
  "connection/port_scan": {
    protocol: "tcp udp icmp sctp",
  },
  "connection/reconnaissance": {
    protocol: "tcp udp",
    "resource_categories[]": "environment_files version_control configuration_files backup_files admin_panels database_files log_files credential_files api_endpoints debug_endpoints other",
    "http_methods[]": "GET POST HEAD OPTIONS PUT DELETE TRACE CONNECT",
  },
  "connection/scraping": {
    protocol: "tcp udp",
    scraping_pattern: "sequential random targeted sitemap_following api_harvesting deep_crawling breadth_first depth_first",
    target_content: "product_data pricing_information user_profiles contact_information news_articles images documents api_data search_results general_content other",
  },
  "connection/sql_injection": {
    protocol: "tcp udp",
    http_method: "GET POST PUT DELETE PATCH HEAD OPTIONS",
    injection_point: "query_parameter post_body cookie header path json_parameter",
    attack_technique: "union_based error_based boolean_blind time_blind stacked_queries out_of_band second_order other",
  },
  "connection/vulnerability_scan": {
    scan_type: "port_scan vulnerability_scan version_detection os_fingerprinting service_enumeration web_vuln_scan directory_brute_force mixed",
    protocol: "tcp udp icmp mixed",
  },
  "content/brand_infringement": {
    infringement_type: "counterfeit typosquatting lookalike homograph unauthorized_reseller trademark_violation brand_impersonation logo_misuse other",
    "infringing_elements[]": "logo brand_name tagline color_scheme layout product_images domain_name other",
    "previous_enforcement[].action": "cease_desist takedown_notice domain_dispute legal_action other",
  },
  "content/csam": {
    classification: "baseline A1 A2 B1 B2",
    media_type: "image video audio text mixed",
    detection_method: "hash_match ai_detection manual_review user_report automated_scan",
  },
  "content/csem": {
    exploitation_type: "grooming solicitation sextortion trafficking distribution production possession",
    victim_age_range: "infant toddler prepubescent pubescent unknown",
    platform: "social_media messaging_app gaming_platform forum email darkweb other",
    detection_method: "behavioral_analysis keyword_detection user_report ai_detection manual_review law_enforcement_referral",
    "evidence_type[]": "chat_logs images videos user_profile metadata",
    "reporting_obligations[]": "NCMEC IWF local_law_enforcement europol interpol platform_safety_team other",
  },
  "content/exposed_data": {
    "data_types[]": "personal_information credentials financial medical government_id email_addresses phone_numbers api_keys database_dumps source_code internal_documents customer_data employee_data intellectual_property other",
    exposure_method: "misconfigured_server open_directory database_exposure git_repository backup_file log_file cloud_storage paste_site forum_post ransomware_leak intentional_leak other",
    data_format: "plaintext csv json xml sql excel pdf mixed other",
    encryption_status: "unencrypted encrypted partially_encrypted hashed unknown",
    accessibility: "public requires_authentication requires_payment dark_web removed",
    discovery_source: "security_researcher automated_scan breach_monitoring user_report law_enforcement threat_intelligence other",
  },
  "content/fraud": {
    fraud_type: "investment romance tech_support lottery advance_fee cryptocurrency shopping charity employment government_impersonation other",
    "payment_methods[]": "credit_card bank_transfer cryptocurrency gift_cards wire_transfer paypal western_union moneygram cashapp venmo other",
    "cryptocurrency_addresses[].currency": "bitcoin ethereum usdt bnb monero other",
  },
  "content/malware": {
    malware_type: "trojan ransomware dropper loader backdoor rootkit infostealer banking_trojan cryptominer adware spyware worm bot rat other",
    distribution_method: "direct_download drive_by_download email_attachment malvertising exploit_kit watering_hole supply_chain social_engineering other",
    "c2_servers[].protocol": "http https tcp udp dns other",
    "sandbox_analysis.verdict": "malicious suspicious clean unknown",
    "persistence_mechanism[]": "registry scheduled_task service startup_folder dll_hijacking wmi other",
    "targeted_platforms[]": "windows linux macos android ios multi_platform",
  },
  "content/phishing": {
    "detection_evasion[]": "geo_blocking user_agent_filtering referrer_checking captcha time_based_display ip_blacklisting obfuscation other",
    lure_type: "account_suspension security_alert payment_issue prize_notification document_share password_reset shipping_notification tax_refund other",
  },
  "content/remote_compromise": {
    compromise_type: "webshell backdoor defacement malicious_redirect seo_spam cryptominer phishing_kit malware_host c2_server proxy scanner other",
    "compromise_indicators[].type": "file_path process network_connection user_account scheduled_task registry_key service",
    "webshell_details.capabilities[]": "file_manager command_execution database_access network_scanning privilege_escalation persistence other",
    affected_cms: "wordpress joomla drupal magento prestashop opencart custom unknown other",
    "persistence_mechanisms[]": "cron_job modified_core_files hidden_admin_account autoload_backdoor htaccess_modification database_backdoor other",
    "malicious_activities[]": "spam_sending ddos_attacks cryptocurrency_mining data_exfiltration lateral_movement hosting_malware hosting_phishing scanning other",
    cleanup_status: "not_cleaned partially_cleaned cleaned reinfected unknown",
  },
  "content/suspicious_registration": {
    "suspicious_indicators[]": "typosquatting homograph_attack brand_keyword suspicious_tld bulk_registration privacy_protection suspicious_registrant fast_flux dga_pattern known_bad_nameserver suspicious_ssl_cert immediate_activation parked_page other",
    "related_domains[].relationship": "same_registrant same_nameserver same_ip same_ssl_cert similar_pattern same_campaign",
    "predicted_usage[]": "phishing malware spam fraud brand_abuse botnet_c2 unknown",
    "activation_behavior.initial_content": "parked under_construction immediate_malicious cloned_site blank other",
  },
  "copyright/copyright": {
    infringement_type: "direct_copy modified_copy streaming download distribution",
  },
  "copyright/cyberlocker": {
    evidence_source: "automated_crawl manual_discovery user_report rights_holder search_engine",
    "uploader_info.account_type": "free premium business unknown",
    work_category: "movie tv_show music software ebook audiobook game document other",
    access_method: "direct_link password_protected premium_only time_limited captcha_protected",
  },
  "copyright/link_site": {
    evidence_source: "automated_crawl manual_monitoring user_report rights_holder search_monitoring",
    site_category: "torrent_index direct_download_links streaming_links usenet_index search_engine forum_links other",
    "linked_content[].link_type": "torrent_file magnet_link direct_download streaming_link usenet_nzb other",
    work_category: "movie tv_show music software ebook audiobook game adult_content other",
  },
  "copyright/p2p": {
    evidence_source: "automated_crawl manual_monitoring user_report rights_holder watermark_detection",
    p2p_protocol: "bittorrent edonkey gnutella kademlia other",
    work_category: "movie tv_show music software ebook audiobook game other",
    detection_method: "automated_crawl fingerprinting metadata_match manual_verification",
  },
  "copyright/ugc_platform": {
    evidence_source: "automated_detection user_report rights_holder content_id_match fingerprint_match manual_review",
    work_category: "movie tv_show music music_video audiobook podcast live_performance sports_event documentary other",
    infringement_type: "full_work substantial_portion compilation remix_unauthorized background_music clip_mashup",
  },
  "copyright/usenet": {
    evidence_source: "automated_monitoring newsgroup_crawl user_report rights_holder nzb_index_monitoring",
    work_category: "movie tv_show music software ebook audiobook magazine game adult_content other",
    "encoding_info.encoding_format": "yenc uuencode base64 other",
    detection_method: "subject_line_match header_analysis content_sampling nzb_metadata",
  },
  "infrastructure/botnet": {
    c2_protocol: "http https tcp udp dns irc p2p custom",
    "bot_capabilities[]": "ddos spam proxy keylogger file_download remote_shell cryptocurrency_mining data_theft",
  },
  "messaging/bulk_messaging": {
    evidence_source: "user_complaint automated_filter reputation_feed volume_analysis",
    protocol: "smtp sms whatsapp telegram social_media push_notification other",
  },
  "messaging/spam": {
    evidence_source: "spamtrap user_complaint automated_filter honeypot content_analysis reputation_feed",
    protocol: "smtp sms whatsapp telegram signal chat social_media push_notification other",
  },
  "vulnerability/cve": {
    evidence_source: "vulnerability_scan researcher_analysis automated_discovery penetration_testing",
    cvss_version: "2.0 3.0 3.1",
    risk_level: "info low medium high critical",
    severity: "informational low medium high critical",
    exploitability: "theoretical poc_available functional weaponized",
    "impact_assessment.confidentiality": "none low high",
    "impact_assessment.integrity": "none low high",
    "impact_assessment.availability": "none low high",
    remediation_priority: "low medium high critical emergency",
  },
};
