/** Keeps the end of the log in sight unless the reader has scrolled up. */

import { t } from "./strings.js";

const NEAR = 60;

export class Scroller {
  constructor() {
    this.area = document.getElementById("scroll");
    this.button = document.getElementById("latest");
    this.label = this.button.querySelector("span");
    this.stuck = true;
    this.news = false;
    this.top = 0;
    this.area.addEventListener("scroll", () => this.moved(), { passive: true });
    this.button.addEventListener("click", () => this.toEnd());
    const watcher = new ResizeObserver(() => this.stuck && this.jump());
    watcher.observe(this.area);
    watcher.observe(document.getElementById("log"));
    watcher.observe(document.getElementById("typing"));
  }

  get distance() {
    return this.area.scrollHeight - this.area.scrollTop - this.area.clientHeight;
  }

  /** Only a move upwards is the reader's wish; being far from the end may be growth alone. */
  moved() {
    const up = this.area.scrollTop < this.top - 1;
    this.top = this.area.scrollTop;
    if (this.distance < NEAR) this.stuck = true;
    else if (up) this.stuck = false;
    if (this.stuck) this.news = false;
    this.show();
  }

  show() {
    this.button.hidden = this.stuck;
    this.label.textContent = t(this.news ? "new_messages" : "to_latest");
  }

  jump() {
    this.area.scrollTop = this.area.scrollHeight;
  }

  /** Something came that the reader may not see. */
  arrived() {
    if (this.stuck) return;
    this.news = true;
    this.show();
  }

  toEnd() {
    this.stuck = true;
    this.news = false;
    this.show();
    this.jump();
  }
}
