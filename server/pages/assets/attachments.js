/** The files that go with the next message: chosen, dropped or pasted. */

import { icon, make } from "./message.js";
import { bytes, t } from "./strings.js";
import { upload } from "./upload.js";

export class Attachments {
  constructor(connection, { changed, complain }) {
    Object.assign(this, { connection, changed, complain });
    this.list = [];
    this.box = document.getElementById("attached");
    connection.addEventListener("welcome", () => this.resume());
    this.listen();
  }

  listen() {
    const input = document.getElementById("file");
    document.getElementById("attach").addEventListener("click", () => input.click());
    input.addEventListener("change", () => {
      this.add(input.files);
      input.value = "";
    });
    document.addEventListener("paste", (event) => this.pasted(event));
    this.listenToDrops(document.getElementById("drop"));
  }

  listenToDrops(sign) {
    const carries = (event) => event.dataTransfer?.types.includes("Files");
    document.addEventListener("dragover", (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      sign.hidden = false;
    });
    document.addEventListener("dragleave", (event) => {
      if (!event.relatedTarget) sign.hidden = true;
    });
    document.addEventListener("drop", (event) => {
      sign.hidden = true;
      if (!carries(event)) return;
      event.preventDefault();
      this.add(event.dataTransfer.files);
    });
  }

  pasted(event) {
    const files = event.clipboardData?.files;
    if (!files?.length) return;
    event.preventDefault();
    this.add(files);
  }

  add(files) {
    for (const file of files) this.addOne(file);
    this.changed();
  }

  addOne(file) {
    const limit = this.connection.limits.file_bytes;
    if (limit && file.size > limit) {
      return this.complain(t("file_too_large", file.name, bytes(limit)));
    }
    const entry = { file, state: "waiting", abort: new AbortController() };
    entry.element = this.draw(entry);
    this.list.push(entry);
    this.box.append(entry.element);
    this.box.hidden = false;
    this.send(entry);
  }

  draw(entry) {
    const element = make("li");
    const bar = make("progress");
    const remove = make("button", "icon");
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", t("wait_for_upload", entry.file.name));
    remove.type = "button";
    remove.setAttribute("aria-label", t("remove", entry.file.name));
    remove.append(icon("close"));
    remove.addEventListener("click", () => this.remove(entry));
    element.append(this.preview(entry), make("span", "", entry.file.name), remove, bar);
    entry.bar = bar;
    return element;
  }

  preview(entry) {
    if (!entry.file.type.startsWith("image/")) return icon("file");
    const image = new Image();
    image.alt = "";
    entry.preview = URL.createObjectURL(entry.file);
    image.src = entry.preview;
    return image;
  }

  /** Uploads begin when there is a connection, for only then there is a conversation. */
  async send(entry) {
    if (!this.connection.online || entry.state === "sending") return;
    entry.state = "sending";
    const progress = (part) => (entry.bar.value = part);
    try {
      const stored = await upload(this.connection, entry.file, {
        progress, signal: entry.abort.signal,
      });
      Object.assign(entry, { stored, state: "ready" });
      entry.bar.remove();
    } catch (request) {
      this.failed(entry, request);
    }
    this.changed();
  }

  /** Without an answer the upload is tried again on the next connection; a refusal is final. */
  failed(entry, request) {
    entry.state = request.status ? "failed" : "waiting";
    if (!request.status) return;
    entry.element.classList.add("failed");
    this.complain(request.response?.detail || t("upload_failed", entry.file.name));
  }

  resume() {
    for (const entry of this.list) if (entry.state === "waiting") this.send(entry);
  }

  remove(entry) {
    entry.abort.abort();
    if (entry.preview) URL.revokeObjectURL(entry.preview);
    entry.element.remove();
    this.list = this.list.filter((other) => other !== entry);
    this.box.hidden = !this.list.length;
    this.changed();
  }

  get busy() {
    return this.list.some((entry) => entry.state === "waiting" || entry.state === "sending");
  }

  /** Hands the uploaded files over and empties the list. */
  take() {
    const files = this.list.filter((entry) => entry.stored).map(({ file, stored }) => ({
      file: stored.file, name: stored.name ?? file.name, size: file.size, mime: file.type,
      url: stored.url,
    }));
    for (const entry of [...this.list]) this.remove(entry);
    return files;
  }
}
