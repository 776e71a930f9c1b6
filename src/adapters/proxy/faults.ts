/** No answer in time. */
export class UpstreamTimeout extends Error {
  override readonly name = "UpstreamTimeout";
}

/** As many exchanges as there may be are under way, and there was no place for another in time. */
export class UpstreamBusy extends Error {
  override readonly name = "UpstreamBusy";
}
