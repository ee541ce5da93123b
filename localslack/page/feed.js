// The wire: what happens comes in by server-sent events, what the person does goes out by POST.

const KINDS = ["state", "message", "channel", "views", "home", "log"];
const SECONDS_TO_RETRY = 2;
const NO_ANSWER = "The local Slack did not answer. Is it still running?";

/**
 * Stays connected as one person. `told(kind, data)` gets what comes, `connected(bool)` how the
 * connection stands; `refused()` is called when the answer was an error.
 */
export class Feed {
  person = null;
  #source = null;
  #again = null;

  constructor(told, connected, refused) {
    Object.assign(this, { told, connected, refused });
  }

  connect(as) {
    this.close();
    this.person = as;
    const source = new EventSource(`/page/feed?as=${encodeURIComponent(as)}`);
    this.#source = source;
    for (const kind of KINDS) {
      source.addEventListener(kind, (event) => {
        if (kind === "state") this.connected(true);
        this.told(kind, JSON.parse(event.data));
      });
    }
    source.addEventListener("error", () => {
      this.connected(false);
      // The browser tries again by itself unless the answer was an error.
      if (source.readyState === EventSource.CLOSED) {
        this.#again = setTimeout(() => this.connect(as), SECONDS_TO_RETRY * 1000);
        this.refused();
      }
    });
  }

  close() {
    clearTimeout(this.#again);
    this.#source?.close();
  }
}

/** Never throws: what went wrong comes back as {ok: false, error: a sentence}. */
export async function send(path, body) {
  const form = body instanceof FormData;
  try {
    const response = await fetch(`/page/${path}`, {
      method: "POST",
      body: form ? body : JSON.stringify(body),
      headers: form ? {} : { "Content-Type": "application/json" },
    });
    const text = await response.text();
    return asAnswer(text, response);
  } catch {
    return { ok: false, error: NO_ANSWER };
  }
}

function asAnswer(text, response) {
  try {
    return JSON.parse(text);
  } catch {
    return { ok: false, error: text.trim() || `The local Slack answered with ${response.status}.` };
  }
}
