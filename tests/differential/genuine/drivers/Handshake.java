import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Asks the JDK that runs this program, through a TLS handshake in memory with its own defaults.
 *
 * The server has the certificates in question but some other private key of the same kind, so the
 * handshake fails in the end; the client has judged the chain by then, and that is all we want.
 * The moment of judgement is the public parameter of the JDK's validator, not the clock.
 */
public final class Handshake {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Map<Object, PrivateKey> KEYS = new HashMap<>();
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, "UTF-8");
        BufferedReader in =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            out.println(answer(line.split(" ")).replaceAll("[\\r\\n]+", " "));
        }
    }

    private static String answer(String[] question) {
        Date at = new Date(Long.parseLong(question[0]) * 1000);
        String host = question[1].equals("-") ? null : question[1];
        try {
            List<X509Certificate> served = certificates(question[2]);
            List<X509Certificate> store = certificates(question[3]);
            if (store.isEmpty()) {
                return "no the trust store is empty";
            }
            return handshake(served, judge(store, at), host);
        } catch (CertificateException unreadable) {
            return "no parse: " + unreadable;
        } catch (Exception error) {
            return "crash " + error;
        }
    }

    private static List<X509Certificate> certificates(String joined) throws CertificateException {
        List<X509Certificate> read = new ArrayList<>();
        if (joined.equals("-")) {
            return read;
        }
        for (String hex : joined.split(",")) {
            byte[] der = new byte[hex.length() / 2];
            for (int i = 0; i < der.length; i++) {
                der[i] = (byte) Integer.parseInt(hex.substring(2 * i, 2 * i + 2), 16);
            }
            read.add((X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(der)));
        }
        return read;
    }

    /** The JDK's own trust manager over these roots, at this moment. */
    private static Judge judge(List<X509Certificate> store, Date at) throws Exception {
        Set<TrustAnchor> anchors = new HashSet<>();
        for (X509Certificate root : store) {
            anchors.add(new TrustAnchor(root, null));
        }
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, null);
        parameters.setDate(at);
        parameters.setRevocationEnabled(false);
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(new CertPathTrustManagerParameters(parameters));
        return new Judge((X509ExtendedTrustManager) factory.getTrustManagers()[0]);
    }

    private static String handshake(List<X509Certificate> served, Judge judge, String host)
            throws Exception {
        SSLEngine server = context(new Served(served), null)
            .createSSLEngine();
        SSLEngine client = host == null
            ? context(null, judge).createSSLEngine()
            : context(null, judge).createSSLEngine(host, 443);
        server.setUseClientMode(false);
        client.setUseClientMode(true);
        if (host != null) {
            SSLParameters parameters = client.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            client.setSSLParameters(parameters);
        }
        String ended = talk(client, server, judge);
        if (judge.asked) {
            return judge.refusal == null ? "ok trusted" : "no " + judge.refusal;
        }
        return "no " + ended;
    }

    private static SSLContext context(KeyManager keys, TrustManager trust) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
            keys == null ? null : new KeyManager[] {keys},
            trust == null ? null : new TrustManager[] {trust},
            RANDOM);
        return context;
    }

    /** Passes messages to and fro until the client has judged or one side gives up. */
    private static String talk(SSLEngine client, SSLEngine server, Judge judge) {
        Pipe toServer = new Pipe(client);
        Pipe toClient = new Pipe(server);
        for (int round = 0; round < 400 && !judge.asked; round++) {
            try {
                step(client, toServer, toClient);
            } catch (Exception error) {
                return error.toString();
            }
            if (judge.asked) {
                break;
            }
            try {
                step(server, toClient, toServer);
            } catch (Exception error) {
                return "handshake: " + error;
            }
        }
        return "handshake: without end";
    }

    private static void step(SSLEngine engine, Pipe out, Pipe in) throws Exception {
        for (Runnable task = engine.getDelegatedTask(); task != null;
                task = engine.getDelegatedTask()) {
            task.run();
        }
        switch (engine.getHandshakeStatus()) {
            case NOT_HANDSHAKING:
                if (out.fresh) {
                    engine.beginHandshake();
                    out.fresh = false;
                }
                break;
            case NEED_WRAP:
                out.fresh = false;
                SSLEngineResult made = engine.wrap(NOTHING, out.bytes);
                if (made.getStatus() != SSLEngineResult.Status.OK) {
                    throw new IllegalStateException("wrap: " + made.getStatus());
                }
                break;
            default:
                out.fresh = false;
                in.bytes.flip();
                try {
                    engine.unwrap(in.bytes, in.rest);
                } finally {
                    in.bytes.compact();
                }
        }
    }

    /** What one side has sent and the other has not read yet. */
    private static final class Pipe {
        final ByteBuffer bytes = ByteBuffer.allocate(1 << 20);
        final ByteBuffer rest = ByteBuffer.allocate(1 << 16);
        boolean fresh = true;

        Pipe(SSLEngine from) {
            bytes.clear();
        }
    }

    /** The JDK's trust manager, and what it said. */
    private static final class Judge extends X509ExtendedTrustManager {
        private final X509ExtendedTrustManager real;
        boolean asked;
        String refusal;

        Judge(X509ExtendedTrustManager real) {
            this.real = real;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind, SSLEngine engine)
                throws CertificateException {
            asked = true;
            try {
                real.checkServerTrusted(chain, kind, engine);
            } catch (Throwable refused) {
                refusal = refused.toString();
                throw refused;
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind, Socket socket) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String kind, SSLEngine engine) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String kind, Socket socket) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String kind) {
            throw new UnsupportedOperationException();
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return real.getAcceptedIssuers();
        }
    }

    /** A server that sends these certificates, with a key that merely looks right. */
    private static final class Served extends X509ExtendedKeyManager {
        private final X509Certificate[] chain;

        Served(List<X509Certificate> chain) {
            this.chain = chain.toArray(new X509Certificate[0]);
        }

        private String alias(String kind) {
            String own = chain[0].getPublicKey().getAlgorithm();
            boolean fits = own.equals(kind) || (kind.startsWith("EC") && own.equals("EC"));
            return fits ? "server" : null;
        }

        @Override
        public String chooseEngineServerAlias(String kind, Principal[] issuers, SSLEngine engine) {
            return alias(kind);
        }

        @Override
        public String chooseServerAlias(String kind, Principal[] issuers, Socket socket) {
            return alias(kind);
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return chain;
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return keyLike(chain[0].getPublicKey());
        }

        @Override
        public String[] getServerAliases(String kind, Principal[] issuers) {
            return new String[] {"server"};
        }

        @Override
        public String[] getClientAliases(String kind, Principal[] issuers) {
            return null;
        }

        @Override
        public String chooseClientAlias(String[] kinds, Principal[] issuers, Socket socket) {
            return null;
        }
    }

    private static PrivateKey keyLike(PublicKey key) {
        Object like = key instanceof ECPublicKey
            ? ((ECPublicKey) key).getParams().toString()
            : key.getAlgorithm();
        return KEYS.computeIfAbsent(like, ignored -> newKey(key));
    }

    private static PrivateKey newKey(PublicKey key) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(key.getAlgorithm());
            if (key instanceof ECPublicKey) {
                AlgorithmParameterSpec curve = ((ECPublicKey) key).getParams();
                generator.initialize(curve, RANDOM);
            } else if (key.getAlgorithm().startsWith("RSA")) {
                generator.initialize(2048, RANDOM);
            }
            return generator.generateKeyPair().getPrivate();
        } catch (Exception impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
