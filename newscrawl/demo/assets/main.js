// What the framework does when it takes over: load the pictures and take the placeholders away.
document.querySelectorAll("img[data-src]").forEach((image) => {
  image.srcset = image.dataset.srcset || "";
  image.src = image.dataset.src;
});
document.querySelectorAll(".css-spn0er").forEach((placeholder) => placeholder.remove());
