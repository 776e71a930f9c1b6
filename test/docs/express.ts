import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

type Handler = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

interface App {
  use(handler: Handler): void;
  get(path: string, handler: Handler): void;
  listen(port: number, host: string, ready: () => void): Server;
}

/** Of Express what the guide uses: the package is not one of this project's. */
export function express(): App {
  const handlers: Handler[] = [];
  const run = (at: number, request: IncomingMessage, response: ServerResponse): void => {
    const handler = handlers[at];
    if (handler === undefined) response.writeHead(404).end();
    else handler(request, response, () => run(at + 1, request, response));
  };
  return {
    use: (handler) => void handlers.push(handler),
    get: (path, handler) =>
      void handlers.push((request, response, next) =>
        request.url === path ? handler(request, response, next) : next(),
      ),
    listen: (port, host, ready) =>
      createServer((request, response) => run(0, request, response)).listen(port, host, ready),
  };
}

express.json = (): Handler => (_request, _response, next) => next();
