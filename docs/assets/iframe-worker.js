// A page opened from a folder may not start a worker: there, search runs in a hidden frame of the same page.
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    constructor(address) {
      super();
      const frame = document.createElement("iframe");
      frame.hidden = true;
      frame.title = "search";
      this.onmessage = null;
      this.ready = new Promise((resolve) => {
        const begin = () => {
          document.body.appendChild(frame);
          const inner = frame.contentWindow;
          inner.postMessage = (data) => {
            const event = new MessageEvent("message", { data });
            this.dispatchEvent(event);
            if (this.onmessage) this.onmessage(event);
          };
          const script = inner.document.createElement("script");
          script.src = address;
          script.onload = () => resolve(inner);
          inner.document.body.appendChild(script);
        };
        if (document.body) begin();
        else addEventListener("DOMContentLoaded", begin);
      });
    }
    postMessage(data) {
      this.ready.then((inner) => inner.dispatchEvent(new inner.MessageEvent("message", { data })));
    }
    terminate() {}
  };
}
