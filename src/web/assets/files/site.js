// What pages do besides what HTML does by itself. Every page works without it.
