/** MaxMind's data format, as far as these records need it: maps, arrays, texts, doubles, unsigned integers, flags. */
function encode(value: unknown): Buffer {
  if (typeof value === "string") return withControl(2, Buffer.from(value, "utf8"));
  if (typeof value === "boolean") return control(14, value ? 1 : 0);
  if (typeof value === "number" && !Number.isInteger(value)) {
    const double = Buffer.alloc(8);
    double.writeDoubleBE(value);
    return withControl(3, double);
  }
  if (typeof value === "number") {
    const integer = Buffer.alloc(4);
    integer.writeUInt32BE(value);
    return withControl(6, integer);
  }
  if (Array.isArray(value)) return Buffer.concat([control(11, value.length), ...value.map(encode)]);
  const entries = Object.entries(value as object);
  return Buffer.concat([
    control(7, entries.length),
    ...entries.flatMap(([key, item]) => [encode(key), encode(item)]),
  ]);
}

function control(type: number, size: number): Buffer {
  const long = size < 29 ? [] : [size - 29];
  const first = Math.min(size, 29);
  return Buffer.from(type < 8 ? [(type << 5) | first, ...long] : [first, type - 7, ...long]);
}

function withControl(type: number, content: Buffer): Buffer {
  return Buffer.concat([control(type, content.length), content]);
}

/** The bytes of a database with one record for each of the two halves of the IPv4 space. */
export function mmdbBytes(low: unknown, high: unknown): Buffer {
  const lowData = encode(low);
  const data = Buffer.concat([lowData, encode(high)]);
  const nodeCount = 1;
  const node = Buffer.alloc(6);
  node.writeUIntBE(nodeCount + 16, 0, 3);
  node.writeUIntBE(nodeCount + 16 + lowData.length, 3, 3);
  const metadata = encode({
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_760_000_000,
    database_type: "Test",
    description: { en: "two halves" },
    ip_version: 4,
    languages: ["en"],
    node_count: nodeCount,
    record_size: 24,
  });
  const marker = Buffer.from("\xab\xcd\xefMaxMind.com", "latin1");
  return Buffer.concat([node, Buffer.alloc(16), data, marker, metadata]);
}
