// A SPARQL endpoint over the Turtle file that is named, for the tests: prints its
// address, and ends when standard input does.
const fs = require('fs')
const http = require('http')
const oxigraph = require('oxigraph')

const store = new oxigraph.Store()
store.load(fs.readFileSync(process.argv[2], 'utf8'), { format: 'text/turtle' })

const server = http.createServer((request, response) => {
  let body = ''
  request.on('data', (chunk) => { body += chunk })
  request.on('end', () => {
    const query = new URLSearchParams(body).get('query')
    const type = /json/.test(request.headers.accept) ? 'application/sparql-results+json' : 'application/n-triples'
    try {
      const answer = store.query(query, { results_format: type })
      response.writeHead(200, { 'Content-Type': type })
      response.end(answer)
    } catch (error) {
      response.writeHead(400, { 'Content-Type': 'text/plain' })
      response.end(String(error))
    }
  })
})
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/sparql`))
process.stdin.on('end', () => process.exit(0)).resume()
