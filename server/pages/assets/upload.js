/** Uploads of files into the conversation, with progress. */

/** Uploads one file; resolves to `{file, name, size, url}`. */
export function upload(connection, file, { progress, signal }) {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.append("file", file, file.name);
    request.open("POST", `${connection.place}/files`);
    request.setRequestHeader("Authorization", `Bearer ${connection.key}`);
    request.responseType = "json";
    request.upload.onprogress = (event) => progress(event.loaded / event.total);
    request.onload = () => (request.status === 201 ? done(request.response) : failed(request));
    request.onerror = () => failed(request);
    signal.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}
