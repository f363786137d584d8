// The numbers in the pictures of `clip`, read in the browser.

import { BITS } from "./loop.mjs";

// The number in the picture that `draw` draws, and when; null while there is none.
const number = (page, draw, argument) =>
  page.evaluate(
    async ([draw, argument, bits]) => {
      const size = { width: bits * 32, height: 216 };
      const canvas = Object.assign(document.createElement("canvas"), size);
      const context = canvas.getContext("2d", { willReadFrequently: true });
      const run = new Function("context", "argument", `return (${draw})(context, argument)`);
      await run(context, argument);
      const at = Date.now();
      const bright = (column, y) => context.getImageData(column * 32 + 16, y, 1, 1).data[1];
      let number = 0;
      for (let column = 0; column < bits; column++) {
        const [upper, lower] = [bright(column, 54), bright(column, 162)];
        if (Math.abs(upper - lower) < 100) return null;
        number = number * 2 + Number(upper > lower);
      }
      return { number, at };
    },
    [String(draw), argument, BITS],
  );

// The picture on the screen.
export const shown = (page) =>
  number(page, (context) => {
    const video = document.querySelector("video");
    context.drawImage(video, 0, 0, context.canvas.width, context.canvas.height);
  });

// The picture that MediaLive's thumbnail shows: it has just entered the encoder.
export async function entered(page, loop) {
  const query = "pipelineId=0&thumbnailType=CURRENT_ACTIVE";
  const answer = await fetch(`${loop.medialive}/thumbnails?${query}`).then((it) => it.json());
  if (!answer.thumbnailDetails) return null;
  const { body, timeStamp } = answer.thumbnailDetails[0].thumbnails[0];
  const read = await number(
    page,
    async (context, body) => {
      const image = new Image();
      image.src = `data:image/jpeg;base64,${body}`;
      await image.decode();
      context.drawImage(image, 0, 0, context.canvas.width, context.canvas.height);
    },
    body,
  );
  return read && { number: read.number, at: Date.parse(timeStamp) };
}
