"""One event loop in a thread of its own, for all devices of the process; a certificate and a host key, made once."""
import asyncio
import datetime
import functools
import os
import socket
import ssl
import tempfile
import threading

LOCK = threading.Lock()
MADE = {}


def once(make):
    """What make() made of these arguments the first time, whichever thread asks."""
    @functools.wraps(make)
    def get(*args):
        with LOCK:
            if (make, args) not in MADE:
                MADE[make, args] = make(*args)
            return MADE[make, args]
    return get


@once
def loop():
    new = asyncio.new_event_loop()
    threading.Thread(target=new.run_forever, name="devices", daemon=True).start()
    return new


def run(coroutine, timeout=30):
    """On the loop, waited for from another thread."""
    return asyncio.run_coroutine_threadsafe(coroutine, loop()).result(timeout)


def listen(host, port=0, backlog=128):
    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind((host, port))
    s.listen(backlog)
    s.setblocking(False)
    return s


def certificate(*names):
    """Self-signed, for those names (localhost and 127.0.0.1 where there are none): both parts in one PEM text."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    import ipaddress
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.timezone.utc)
    names = [x509.DNSName(n) for n in names] or [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    cert = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=2))
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(key, hashes.SHA256()))
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return private + cert.public_bytes(serialization.Encoding.PEM)


@once
def tls(*names):
    """(SSLContext of a server, the PEM text of its certificate)"""
    text = certificate(*names)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    fd, path = tempfile.mkstemp()
    try:
        os.write(fd, text)
        context.load_cert_chain(path)
    finally:
        os.close(fd)
        os.unlink(path)
    return context, text[text.index(b"-----BEGIN CERT"):].decode()


@once
def host_key():
    import paramiko
    return paramiko.ECDSAKey.generate(bits=256)
