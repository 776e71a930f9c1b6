import { Bool, Bytes, Int, Ip, type ScalarType } from "../../language/values/types.ts";
import { PACKET_ONLY, RECEIVED, type RequestField } from "./field.ts";

const NAMES: readonly (readonly [name: string, type: ScalarType, summary: string])[] = [
  ["cf.colo.name", Bytes, "Data centre that handles the packet."],
  ["cf.colo.region", Bytes, "Region of that data centre."],
  ["icmp", Bytes, "ICMP packet."],
  ["icmp.type", Int, "ICMP type."],
  ["icmp.code", Int, "ICMP code."],
  ["ip", Bytes, "IP packet."],
  ["ip.dst", Ip, "Destination address."],
  ["ip.dst.country", Bytes, "Country of the destination."],
  ["ip.hdr_len", Int, "Length of the IPv4 header."],
  ["ip.len", Int, "Length of the packet."],
  ["ip.opt.type", Int, "First byte of the IP options."],
  ["ip.proto", Bytes, "Transport protocol."],
  ["ip.ttl", Int, "Time to live."],
  ["sip", Bool, "Whether the packet is SIP over UDP."],
  ["tcp", Bytes, "TCP segment."],
  ["tcp.flags", Int, "Flag byte of the segment."],
  ...["ack", "cwr", "ecn", "fin", "push", "reset", "syn", "urg"].map(
    (flag) => [`tcp.flags.${flag}`, Bool, `TCP flag ${flag}.`] as const,
  ),
  ["tcp.srcport", Int, "TCP source port."],
  ["tcp.dstport", Int, "TCP destination port."],
  ["udp", Bytes, "UDP datagram."],
  ["udp.srcport", Int, "UDP source port."],
  ["udp.dstport", Int, "UDP destination port."],
];

/** Fields of a network firewall: known by name and type, without a value in any phase of ours. */
export const packetFields: readonly RequestField[] = NAMES.map(([name, type, summary]) =>
  Object.freeze({ name, type, summary, phases: PACKET_ONLY, derivesFrom: RECEIVED, whenAbsent: "nil" }),
);
