// Something to show instead of one's face: the screen, or a picture out of a file. Nothing is uploaded: it goes where the
// camera goes.

const WIDEST = 1600;
// A picture that never changes would send nothing: whoever comes later would see nothing.
const REDRAW = 500;

export const canShareScreen = () => Boolean(navigator.mediaDevices?.getDisplayMedia);

export async function screenTrack() {
  const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { max: 15 } }, audio: false });
  const [track] = stream.getVideoTracks();
  track.contentHint = "detail";
  return track;
}

export async function documentTrack(file) {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, WIDEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  // Even numbers: some encoders refuse others.
  canvas.width = Math.max(2, 2 * Math.round((picture.width * scale) / 2));
  canvas.height = Math.max(2, 2 * Math.round((picture.height * scale) / 2));
  const pen = canvas.getContext("2d");
  const draw = () => pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  draw();
  const [track] = canvas.captureStream(5).getVideoTracks();
  track.contentHint = "detail";
  const timer = window.setInterval(() => {
    if (track.readyState === "live") draw();
    else window.clearInterval(timer);
  }, REDRAW);
  return track;
}
