// The client side of node.py, for every Node.js from 0.8 on (so: no modern syntax).
// Reads one JSON question a line from stdin, connects, and prints what OpenSSL said of the chain.
var tls = require('tls');

function verifyError(socket) {
  // What OpenSSL found, without the host name check that Node.js adds to it.
  if (process.versions.bun) {
    return socket.authorizationError ? { code: socket.authorizationError } : null;
  }
  var session = socket._handle && socket._handle.verifyError ? socket._handle : socket.pair.ssl;
  return session.verifyError();
}

function ask(question) {
  var answered = false;
  function answer(result) {
    if (answered) return;
    answered = true;
    console.log(JSON.stringify(result));
  }
  var options = {
    host: '127.0.0.1',
    port: question.port,
    ca: question.ca,
    servername: 'localhost',
    rejectUnauthorized: false,
    checkServerIdentity: function () {}
  };
  var socket = tls.connect(options, function () {
    var error = verifyError(socket);
    answer(error ? { code: error.code || error.message } : { code: 'OK' });
    socket.destroy();
  });
  socket.on('error', function (error) {
    answer({ failure: String(error) });
  });
}

var pending = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', function (text) {
  var lines = (pending + text).split('\n');
  pending = lines.pop();
  lines.forEach(function (line) { ask(JSON.parse(line)); });
});
process.stdin.resume();
console.log(JSON.stringify({ version: process.versions.openssl, node: process.version }));
