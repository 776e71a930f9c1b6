/**
 * The challenge page's script. It looks for a number whose text after `nonce:` has a SHA-256 that begins with enough
 * zero bits, and posts it.
 *
 * It hashes by itself: the browser's `crypto.subtle` answers each hash with a promise, which cost more than thirty
 * times the hash in Node, and is missing where the site is reached without TLS. Work is done in slices, so the page
 * stays alive.
 */
export const PAGE_SCRIPT = `
(function () {
  "use strict";
  var form = document.getElementById("challenge");
  var status = document.getElementById("status");
  var bar = document.getElementById("bar");
  var button = document.getElementById("start");
  var bits = Number(form.getAttribute("data-bits"));
  var prefix = form.getAttribute("data-nonce") + ":";
  var K = [], H = [];
  for (var candidate = 2; K.length < 64; candidate++) {
    var prime = true;
    for (var d = 2; d * d <= candidate; d++) if (candidate % d === 0) prime = false;
    if (!prime) continue;
    if (H.length < 8) H.push((Math.pow(candidate, 1 / 2) * 4294967296) | 0);
    K.push((Math.pow(candidate, 1 / 3) * 4294967296) | 0);
  }
  var W = new Int32Array(64);
  // Zero bits at the start of the hash of a text of at most 55 characters, counted up to 32.
  function zeros(text) {
    var i, length = text.length;
    for (i = 0; i < 16; i++) W[i] = 0;
    for (i = 0; i < length; i++) W[i >> 2] |= text.charCodeAt(i) << (24 - (i & 3) * 8);
    W[length >> 2] |= 128 << (24 - (length & 3) * 8);
    W[15] = length * 8;
    for (i = 16; i < 64; i++) {
      var x = W[i - 15], y = W[i - 2];
      W[i] = (W[i - 16] + W[i - 7] + (((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)) +
        (((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10))) | 0;
    }
    var a = H[0], b = H[1], c = H[2], e4 = H[3], e = H[4], f = H[5], g = H[6], h = H[7];
    for (i = 0; i < 64; i++) {
      var t = (h + (((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))) +
        ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
      var u = ((((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))) +
        ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (e4 + t) | 0; e4 = c; c = b; b = a; a = (t + u) | 0;
    }
    return Math.clz32(H[0] + a);
  }
  var counter = 0, expected = Math.pow(2, bits);
  function work() {
    var end = Date.now() + 25;
    do {
      for (var i = 0; i < 200; i++, counter++) {
        if (zeros(prefix + counter) < bits) continue;
        form.elements.answer.value = String(counter);
        if (bar) bar.value = 1;
        status.textContent = "Done. Opening the page\\u2026";
        form.submit();
        return;
      }
    } while (Date.now() < end);
    if (bar) bar.value = 1 - Math.exp(-counter / expected);
    setTimeout(work, 0);
  }
  function begin() {
    if (navigator.cookieEnabled === false) {
      status.textContent = "Please allow cookies for this site, then load the page again.";
      return;
    }
    status.textContent = "Checking your browser\\u2026";
    bar.hidden = false;
    work();
  }
  if (button) {
    button.hidden = false;
    button.addEventListener("click", function (event) {
      if (!event.isTrusted || button.disabled) return;
      button.disabled = true;
      begin();
    });
  } else begin();
})();
`;
