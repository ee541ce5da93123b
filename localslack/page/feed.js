// The wire: what happens comes in by server-sent events, what the person does goes out by POST.

const KINDS = ["state", "message", "channel", "views", "home", "log"];
const SECONDS_TO_RETRY = 2;
export const NO_ANSWER = "The local Slack did not answer. Is it still running?";

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

/**
 * Never throws: what went wrong comes back as {ok: false, error: a sentence}, with `isUndelivered`
 * if nobody was there to take it.
 */
export async function send(path, body) {
  try {
    const response = await fetch(`/page/${path}`, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json" },
    });
    return asAnswer(await response.text(), response.status);
  } catch {
    return { ok: false, error: NO_ANSWER, isUndelivered: true };
  }
}

/** What the server said; anything but JSON is its sentence on what went wrong. */
export function asAnswer(text, status) {
  try {
    return JSON.parse(text);
  } catch {
    return { ok: false, error: text.trim() || `The local Slack answered with ${status}.` };
  }
}
