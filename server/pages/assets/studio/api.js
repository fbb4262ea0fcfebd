/** What the studio asks of its server. */

/** An answer that is not what was hoped for: its code for programs, its message for people. */
export class Refused extends Error {
  constructor(status, problem) {
    super(problem.detail || problem.title || `HTTP ${status}`);
    this.status = status;
    this.code = problem.code ?? "";
  }
}

/** The server could not be reached. */
export class Unreachable extends Error {}

async function ask(method, path, { json, body, headers = {}, keep = false } = {}) {
  const asked = { method, headers: { ...headers }, body, keepalive: keep };
  if (json !== undefined) {
    asked.body = JSON.stringify(json);
    asked.headers["Content-Type"] = "application/json";
  }
  let answer;
  try {
    answer = await fetch(path, asked);
  } catch (error) {
    throw new Unreachable(error.message);
  }
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => ({}));
  if (answer.status === 401 && problem.code === "not_signed_in") {
    window.dispatchEvent(new Event("signed-out"));
  }
  throw new Refused(answer.status, problem);
}

const json = async (...asked) => (await ask(...asked)).json();
const encoded = (path) => path.split("/").map(encodeURIComponent).join("/");
const root = "/api/studio";

/** The session: whether there is one, and opening and ending it. */
export const session = {
  open: (token) => json("POST", `${root}/session`, { json: { token } }),
  close: () => ask("DELETE", `${root}/session`),
  isOpen: async () => (await json("GET", `${root}/session`)).signed_in,
};

export const bots = async () => (await json("GET", `${root}/bots`)).bots;
export const templates = async () => (await json("GET", `${root}/templates`)).templates;
export const template = (name) => json("GET", `${root}/templates/${encodeURIComponent(name)}`);
export const create = (name, from) =>
  json("POST", `${root}/bots`, { json: { name, template: from } });

/** What the studio asks about one bot. */
export class Bot {
  constructor(name) {
    this.name = name;
    this.root = `${root}/bots/${encodeURIComponent(name)}`;
  }

  open = () => json("POST", this.root);
  drop = () => ask("DELETE", this.root);
  build = () => json("POST", `${this.root}/build`);
  tests = () => json("POST", `${this.root}/tests`);
  record = (conversation, name) =>
    json("POST", `${this.root}/record`, { json: { conversation, name } });
  plan = (version = null) => json("POST", `${this.root}/plan`, { json: { version } });
  deploy = (plan) => json("POST", `${this.root}/deploy`, { json: plan });
  versions = () => json("GET", `${this.root}/versions`);
  takeFolder = () => json("POST", `${this.root}/folder`);
  conversations = (which) => json("GET", `${this.root}/conversations?of=${which}`);
  recording = (which, id) =>
    json("GET", `${this.root}/conversations/${encodeURIComponent(id)}?of=${which}`);
  variables = (which, id, step) =>
    json(
      "GET",
      `${this.root}/conversations/${encodeURIComponent(id)}/variables` +
        `?of=${which}&step=${step}`,
    );
  rename = (from, to) => ask("POST", `${this.root}/rename`, { json: { from, to } });
  search = (words) => json("GET", `${this.root}/search?q=${encodeURIComponent(words)}`);
  files = async () => (await json("GET", `${this.root}/files`)).files;

  addressOf = (path) => `${this.root}/files/${encoded(path)}`;

  async read(path) {
    const answer = await ask("GET", this.addressOf(path));
    return { text: await answer.text(), hash: answer.headers.get("ETag").replaceAll('"', "") };
  }

  /** Writes a file that has this hash, or a new one without; its new hash. */
  async write(path, text, hash, keep = false) {
    const headers = hash ? { "If-Match": `"${hash}"` } : { "If-None-Match": "*" };
    const asked = { body: text, headers, keep };
    return (await json("PUT", this.addressOf(path), asked)).hash;
  }

  remove = (path, hash) =>
    ask("DELETE", this.addressOf(path), { headers: { "If-Match": `"${hash}"` } });
}
