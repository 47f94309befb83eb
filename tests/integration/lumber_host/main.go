// A Lumberjack server on elastic's go-lumber that appends each event, as it came, to a file as a line, and acknowledges after that.
//
//	lumber_host -bind 127.0.0.1:5044 -out FILE [-cert PEM -key PEM [-ca PEM]] [-pause MS]
//
// With -ca only clients with a certificate of that authority are let in.  -pause: before each acknowledgement.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"flag"
	"log"
	"net"
	"os"
	"time"

	server "github.com/elastic/go-lumber/server/v2"
)

func tlsConfig(cert, key, ca string) *tls.Config {
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		log.Fatal(err)
	}
	config := &tls.Config{Certificates: []tls.Certificate{pair}}
	if ca != "" {
		pem, err := os.ReadFile(ca)
		if err != nil {
			log.Fatal(err)
		}
		config.ClientCAs = x509.NewCertPool()
		config.ClientCAs.AppendCertsFromPEM(pem)
		config.ClientAuth = tls.RequireAndVerifyClientCert
	}
	return config
}

// Events stay the bytes that they are.
func keep(data []byte, event interface{}) error {
	*event.(*interface{}) = string(data)
	return nil
}

func main() {
	bind := flag.String("bind", "127.0.0.1:5044", "address")
	out := flag.String("out", "events.jsonl", "file for the events")
	cert := flag.String("cert", "", "certificate")
	key := flag.String("key", "", "its key")
	ca := flag.String("ca", "", "authority of clients")
	pause := flag.Int("pause", 0, "milliseconds before each acknowledgement")
	flag.Parse()

	file, err := os.OpenFile(*out, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", *bind)
	if err != nil {
		log.Fatal(err)
	}
	if *cert != "" {
		listener = tls.NewListener(listener, tlsConfig(*cert, *key, *ca))
	}
	s, err := server.NewWithListener(listener, server.JSONDecoder(keep), server.Keepalive(time.Second))
	if err != nil {
		log.Fatal(err)
	}
	log.Print("ready")
	for batch := range s.ReceiveChan() {
		var text []byte
		for _, event := range batch.Events {
			text = append(append(text, event.(string)...), '\n')
		}
		if _, err := file.Write(text); err != nil {
			log.Fatal(err)
		}
		time.Sleep(time.Duration(*pause) * time.Millisecond)
		batch.ACK()
	}
}
