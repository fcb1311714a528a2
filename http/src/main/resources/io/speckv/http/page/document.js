// The document that questions are about.

/** Returns the text of a file; throws in a visitor's words if it has none. */
export async function read(file) {
  const start = new Uint8Array(await file.slice(0, 4096).arrayBuffer());
  if (String.fromCharCode(...start.slice(0, 5)) === "%PDF-")
    throw new Error(`${file.name} is a PDF, which this page cannot read: copy its text and paste it here.`);
  if (start.includes(0)) throw new Error(`${file.name} is not a text file: copy its text and paste it here.`);
  return file.text();
}

/** Returns a number hidden in noise: a text that any model can continue, chats or not. */
export function example() {
  const noise = "The grass is green. The sky is blue. The sun is yellow. Here we go. There and back again.\n";
  const name = "silver-harbor", number = 1e6 + Math.floor(9e6 * Math.random());
  return {
    document: "A special magic number is hidden within the following text. Make sure to memorize it. I will quiz"
      + ` you about the number afterwards.\n${noise.repeat(17)}One of the special magic numbers for ${name} is: ${number}.\n`
      + noise.repeat(23),
    question: `What is the special magic number for ${name} mentioned in the provided text? The special magic`
      + ` number for ${name} mentioned in the provided text is`,
  };
}
