import type { Value } from "../../language/values/value.ts";
import type { BodyView, RequestView, ResponseView, TlsFacts } from "../../request/view/request-view.ts";

/** A host's view with the body and the response that the host handed over later. */
export class ArrivingView implements RequestView {
  readonly #view: RequestView;
  readonly #body: BodyView | undefined;
  readonly #response: ResponseView | undefined;

  /** A response of undefined hides the response of the view. */
  constructor(
    view: RequestView,
    arrived: { readonly body?: BodyView; readonly response?: ResponseView | undefined },
  ) {
    this.#view = view;
    this.#body = arrived.body;
    this.#response = "response" in arrived ? arrived.response : view.response;
  }

  get method(): string {
    return this.#view.method;
  }

  get target(): string {
    return this.#view.target;
  }

  get version(): string {
    return this.#view.version;
  }

  get secure(): boolean {
    return this.#view.secure;
  }

  get rawHeaders(): readonly string[] {
    return this.#view.rawHeaders;
  }

  get remoteAddress(): string | undefined {
    return this.#view.remoteAddress;
  }

  get remotePort(): number | undefined {
    return this.#view.remotePort;
  }

  get localAddress(): string | undefined {
    return this.#view.localAddress;
  }

  get localPort(): number | undefined {
    return this.#view.localPort;
  }

  get receivedAt(): number {
    return this.#view.receivedAt;
  }

  get tls(): TlsFacts | undefined {
    return this.#view.tls;
  }

  get hasBody(): boolean | undefined {
    return this.#view.hasBody;
  }

  get body(): BodyView | undefined {
    return this.#body ?? this.#view.body;
  }

  get response(): ResponseView | undefined {
    return this.#response;
  }

  get supplied(): ReadonlyMap<string, Value> | undefined {
    return this.#view.supplied;
  }
}
