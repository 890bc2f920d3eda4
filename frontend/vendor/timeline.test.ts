import assert from "node:assert/strict";
import { test } from "node:test";

import { Timeline } from "./timeline.ts";

function recording(): Timeline {
  const timeline = new Timeline();
  assert.equal(timeline.add(['{"version":2,"width":100,"height":30}', '[0.5, "o", "$ "]']), true);
  assert.equal(timeline.add(['[1.0, "o", "ls\\r\\n"]', '[61.0, "r", "80x24"]', "", '[62.0, "o", "\\u001b[0m"]']), false);
  return timeline;
}

test("a recording is as long as its last moment, and knows what was until when", () => {
  const timeline = recording();

  assert.deepEqual([timeline.columns, timeline.rows, timeline.length()], [100, 30, 62]);
  assert.deepEqual([0, 0.5, 0.9, 61, 100].map((seconds) => timeline.until(seconds)), [0, 1, 1, 3, 4]);
  assert.deepEqual(timeline.moments[3], { code: "o", text: "\u001b[0m" });
});

test("where idle times are skipped nothing takes longer than two seconds, and the place stays the same", () => {
  const timeline = recording();

  assert.equal(timeline.skip(true, 31), 3);
  assert.equal(timeline.length(), 4);
  assert.deepEqual([0.5, 1, 2.9, 3, 4].map((seconds) => timeline.until(seconds)), [1, 2, 2, 3, 4]);
  assert.equal(timeline.skip(false, 1.5), 1.5);
  assert.equal(timeline.skip(true, 62), 4);
  assert.equal(timeline.skip(false, 4), 62);
});

test("a recording that has not come yet has no length", () => {
  const timeline = new Timeline();

  assert.deepEqual([timeline.length(), timeline.until(5), timeline.skip(true, 0)], [0, 0, 0]);
});
