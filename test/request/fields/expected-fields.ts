/** Names of the standard fields by the phase from which they have a value, and by type. */
export const EXPECTED_FIELDS: readonly (readonly [phase: string, type: string, names: string])[] = [
  [
    "head",
    "Bytes",
    `
    cf.bot_management.ja3_hash cf.bot_management.ja4 cf.hostname.metadata cf.metal.id cf.random_seed
    cf.ray_id cf.sequence.current_op cf.tls_cipher cf.tls_ciphers_sha1
    cf.tls_client_auth.cert_chain_rfc9440 cf.tls_client_auth.cert_fingerprint_sha1
    cf.tls_client_auth.cert_fingerprint_sha256 cf.tls_client_auth.cert_issuer_dn
    cf.tls_client_auth.cert_issuer_dn_legacy cf.tls_client_auth.cert_issuer_dn_rfc2253
    cf.tls_client_auth.cert_issuer_serial cf.tls_client_auth.cert_issuer_ski
    cf.tls_client_auth.cert_not_after cf.tls_client_auth.cert_not_before cf.tls_client_auth.cert_rfc9440
    cf.tls_client_auth.cert_serial cf.tls_client_auth.cert_ski cf.tls_client_auth.cert_subject_dn
    cf.tls_client_auth.cert_subject_dn_legacy cf.tls_client_auth.cert_subject_dn_rfc2253
    cf.tls_client_ciphers_sha1 cf.tls_client_extensions_sha1 cf.tls_client_extensions_sha1_le
    cf.tls_client_random cf.tls_version cf.verified_bot_category cf.worker.upstream_zone cf.zone.name cf.zone.plan
    cf.fraud.email_risk http.cookie http.host http.referer http.request.full_uri http.request.method http.request.uri
    http.request.uri.path http.request.uri.path.basename http.request.uri.path.extension
    http.request.uri.query http.request.version
    http.user_agent http.x_forwarded_for ip.src.city ip.src.continent ip.src.country ip.src.lat ip.src.lon
    ip.src.metro_code ip.src.postal_code ip.src.region ip.src.region_code ip.src.subdivision_1_iso_code
    ip.src.subdivision_2_iso_code ip.src.timezone.name raw.http.request.full_uri raw.http.request.uri
    raw.http.request.uri.path raw.http.request.uri.path.extension raw.http.request.uri.query
  `,
  ],
  [
    "head",
    "Map<Array<Bytes>>",
    `
    http.request.cookies http.request.headers http.request.jwt.claims http.request.jwt.claims.aud
    http.request.jwt.claims.iss
    http.request.jwt.claims.jti http.request.jwt.claims.sub http.request.uri.args raw.http.request.headers
    raw.http.request.uri.args
  `,
  ],
  [
    "head",
    "Array<Bytes>",
    `
    cf.bot_management.tags cf.intel.ip.attacker_countries cf.intel.ip.attacker_names cf.intel.ip.datasets
    cf.intel.ip.target_countries cf.intel.ip.target_industries cf.sequence.previous_ops http.request.accepted_languages
    http.request.headers.names http.request.headers.values http.request.jwt.claims.aud.names
    http.request.jwt.claims.aud.values http.request.jwt.claims.exp.sec.names
    http.request.jwt.claims.iat.sec.names
    http.request.jwt.claims.iss.names http.request.jwt.claims.iss.values http.request.jwt.claims.jti.names
    http.request.jwt.claims.jti.values http.request.jwt.claims.nbf.sec.names
    http.request.jwt.claims.sub.names http.request.jwt.claims.sub.values http.request.uri.args.names
    http.request.uri.args.values raw.http.request.headers.names raw.http.request.headers.values
    raw.http.request.uri.args.names raw.http.request.uri.args.values
  `,
  ],
  [
    "head",
    "Bool",
    `
    cf.fraud_detection.disposable_email
    cf.api_gateway.auth_id_present cf.api_gateway.fallthrough_detected cf.bot_management.corporate_proxy
    cf.bot_management.js_detection.passed cf.bot_management.signed_agent cf.bot_management.static_resource
    cf.bot_management.verified_bot cf.client.bot cf.edge.client_tcp
    cf.tls_client_auth.cert_chain_rfc9440_too_large cf.tls_client_auth.cert_presented
    cf.tls_client_auth.cert_revoked cf.tls_client_auth.cert_rfc9440_too_large
    cf.tls_client_auth.cert_verified http.request.headers.truncated ip.src.is_in_european_union ssl
  `,
  ],
  [
    "head",
    "Int",
    `
    cf.bot_detection.js_check_score cf.bot_management.score cf.edge.client_port cf.edge.l4.delivery_rate
    cf.edge.server_port cf.threat_score cf.timings.client_quic_rtt_msec cf.timings.client_tcp_rtt_msec
    cf.tls_client_hello_length http.request.timestamp.msec http.request.timestamp.sec ip.src.asnum
  `,
  ],
  [
    "head",
    "Ip",
    `
    cf.edge.server_ip ip.src
  `,
  ],
  [
    "body",
    "Bytes",
    `
    cf.waf.score.class http.request.body.mime http.request.body.raw
  `,
  ],
  [
    "body",
    "Bool",
    `
    cf.api_gateway.graphql.parsed_successfully
    cf.api_gateway.request_violates_schema cf.llm.prompt.detected cf.llm.prompt.pii_detected
    cf.llm.prompt.unsafe_topic_detected cf.schema_validation.learned.violated
    cf.schema_validation.uploaded.violated cf.waf.auth_detected cf.waf.content_scan.has_failed
    cf.waf.content_scan.has_malicious_obj cf.waf.content_scan.has_obj
    cf.waf.credential_check.password_leaked cf.waf.credential_check.username_and_password_leaked
    cf.waf.credential_check.username_leaked cf.waf.credential_check.username_password_similar
    http.request.body.truncated
  `,
  ],
  [
    "body",
    "Int",
    `
    cf.api_gateway.graphql.query_depth cf.api_gateway.graphql.query_size
    cf.llm.prompt.injection_score cf.llm.prompt.token_count cf.waf.content_scan.num_malicious_obj
    cf.waf.content_scan.num_obj cf.waf.score cf.waf.score.rce cf.waf.score.sqli cf.waf.score.xss
    http.request.body.size
  `,
  ],
  [
    "body",
    "Map<Array<Bytes>>",
    `
    http.request.body.form http.request.body.multipart
  `,
  ],
  [
    "body",
    "Array<Bytes>",
    `
    cf.appsec.request.failed_detections cf.llm.prompt.pii_categories cf.llm.prompt.unsafe_topic_categories
    cf.waf.content_scan.obj_results cf.waf.content_scan.obj_types
    cf.waf.signature.request.categories cf.waf.signature.request.confidence
    cf.waf.signature.request.refs http.request.body.form.names
    http.request.body.form.values http.request.body.multipart.values
  `,
  ],
  [
    "body",
    "Array<Array<Bytes>>",
    `
    http.request.body.multipart.content_dispositions
    http.request.body.multipart.content_transfer_encodings http.request.body.multipart.content_types
    http.request.body.multipart.filenames http.request.body.multipart.names
  `,
  ],
  [
    "response",
    "Int",
    `
    cf.response.1xxx_code cf.timings.edge_msec cf.timings.origin_ttfb_msec cf.timings.worker_msec
    http.response.code
  `,
  ],
  [
    "response",
    "Map<Array<Bytes>>",
    `
    http.response.headers raw.http.response.headers
  `,
  ],
  [
    "response",
    "Array<Bytes>",
    `
    http.response.headers.names http.response.headers.values raw.http.response.headers.names
    raw.http.response.headers.values
  `,
  ],
  [
    "response",
    "Bytes",
    `
    cf.response.error_type http.response.content_type.media_type
  `,
  ],
  [
    "response",
    "Bool",
    `
    http.response.headers.truncated
  `,
  ],
  [
    "head",
    "Array<Int>",
    `
    cf.bot_management.detection_ids http.request.jwt.claims.exp.sec.values
    http.request.jwt.claims.iat.sec.values
    http.request.jwt.claims.nbf.sec.values
  `,
  ],
  [
    "body",
    "Array<Int>",
    `
    cf.waf.content_scan.obj_sizes
  `,
  ],
  [
    "body",
    "Map<Int>",
    `
    cf.llm.prompt.custom_topic_categories
  `,
  ],
  [
    "head",
    "Map<Int>",
    `
    cf.sequence.msec_since_op
  `,
  ],
  [
    "head",
    "Map<Array<Int>>",
    `
    http.request.jwt.claims.exp.sec http.request.jwt.claims.iat.sec http.request.jwt.claims.nbf.sec
  `,
  ],
  [
    "packet",
    "Bytes",
    `
    cf.colo.name cf.colo.region icmp ip ip.dst.country ip.proto tcp udp
  `,
  ],
  [
    "packet",
    "Int",
    `
    icmp.code icmp.type ip.hdr_len ip.len ip.opt.type ip.ttl tcp.dstport tcp.flags tcp.srcport udp.dstport
    udp.srcport
  `,
  ],
  [
    "packet",
    "Ip",
    `
    ip.dst
  `,
  ],
  [
    "packet",
    "Bool",
    `
    sip tcp.flags.ack tcp.flags.cwr tcp.flags.ecn tcp.flags.fin tcp.flags.push tcp.flags.reset
    tcp.flags.syn tcp.flags.urg
  `,
  ],
];
