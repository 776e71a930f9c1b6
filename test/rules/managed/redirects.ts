import { at, type CaseTable, form, json } from "./support.ts";

export const redirectCases: CaseTable = {
  "wc-redirect-odd-authority": {
    matches: [
      at("/login?next=/%5ca.example"),
      at("/login?next=////a.example"),
      at("/login?url=https:a.example"),
      at("/login?url=/%09/a.example"),
      json({ redirect: "///a.example/x" }),
    ],
    passes: [
      at("/login?next=/cart//x"),
      at("/login?next=https://a.example/"),
      json({ comment: "///a.example" }),
      at("/login?next=//"),
      form("https:a.example"),
    ],
  },
  "wc-redirect-user-information": {
    matches: [at("/?u=https://a.example@b.example/"), json({ next: "//www.a.com@b.example" })],
    passes: [
      at("/?u=https://user:secret@b.example/"),
      json({ dsn: "https://0b5c@b.example/7" }),
      "a@b.example",
    ],
  },
  "wc-redirect-to-authority": {
    matches: [
      at("/login?next=//a.example/x"),
      at("/login?returnUrl=//a.example"),
      json({ redirect: "//a.example" }),
    ],
    passes: [
      at("/login?next=/a.example"),
      at("/?image=//a.example/x.png"),
      json({ src: "//a.example/x.js" }),
    ],
  },
  "wc-redirect-path-authority": {
    matches: [at("//a.example/%2e%2e"), at("/%5ca.example/"), at("////a.example/x")],
    passes: [at("//index.php"), at("/a.example/.."), at("//images/x.png")],
  },
  "wc-redirect-protocol-relative": {
    matches: [at("/?image=//a.example/x.png"), at("//a.example/x")],
    passes: [at("/?q=//+a+comment"), json({ src: "//a.example/x.js" }), at("/?image=/a.example/x.png")],
  },
};
