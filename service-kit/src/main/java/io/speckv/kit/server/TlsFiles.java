package io.speckv.kit.server;

import io.grpc.ChannelCredentials;
import io.grpc.ServerCredentials;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.grpc.util.CertificateUtils;
import io.speckv.kit.settings.SettingsException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys and certificates from files, reloaded when the files change. A pair that does not fit together (half renewed), cannot
 * be read, or has expired is ignored until that changes, and connections use the pair that was read before.
 */
final class TlsFiles {
    private static final Logger LOG = LoggerFactory.getLogger(TlsFiles.class);
    private static final Duration WARN_BEFORE = Duration.ofDays(7);
    private static final Duration WARN_STEP = Duration.ofDays(1);

    private final TlsSettings settings;
    private final AdvancedTlsX509KeyManager keys = new AdvancedTlsX509KeyManager();
    private final @Nullable AdvancedTlsX509TrustManager trust;
    private byte[] seen = {};
    private volatile X509Certificate[] chain = {};
    private long warned = -1;

    /** Reads the files for the first time. */
    TlsFiles(TlsSettings settings) {
        this.settings = settings;
        try {
            this.trust = settings.trustedCertificates() == null
                    ? null
                    : AdvancedTlsX509TrustManager.newBuilder()
                            .setVerification(
                                    AdvancedTlsX509TrustManager.Verification.CERTIFICATE_AND_HOST_NAME_VERIFICATION)
                            .build();
            apply();
            warnBeforeEnd();
        } catch (IOException | GeneralSecurityException e) {
            throw new SettingsException("cannot use the TLS files: " + e.getMessage(), e);
        }
    }

    ServerCredentials serverCredentials() {
        TlsServerCredentials.Builder builder = TlsServerCredentials.newBuilder().keyManager(keys);
        if (trust != null) {
            builder.trustManager(trust).clientAuth(TlsServerCredentials.ClientAuth.REQUIRE);
        }
        return builder.build();
    }

    ChannelCredentials channelCredentials() {
        TlsChannelCredentials.Builder builder = TlsChannelCredentials.newBuilder();
        if (settings.certificate() != null) {
            builder.keyManager(keys);
        }
        if (trust != null) {
            builder.trustManager(trust);
        }
        return builder.build();
    }

    /** Warns while one of the certificates in use is about to expire. */
    private void warnBeforeEnd() {
        X509Certificate[] used = chain;
        if (used.length > 0) {
            Instant end = used[0].getNotAfter().toInstant();
            Duration left = Duration.between(Instant.now(), end);
            if (left.compareTo(WARN_BEFORE) < 0 && left.dividedBy(WARN_STEP) != warned) {
                warned = left.dividedBy(WARN_STEP);
                LOG.atWarn()
                        .addKeyValue("certificate", settings.certificate())
                        .addKeyValue("ends", end)
                        .log(left.isNegative() ? "the certificate has expired" : "the certificate is about to expire");
            }
        }
    }

    private void requireDates(X509Certificate[] now) throws GeneralSecurityException {
        try {
            now[0].checkValidity();
        } catch (CertificateExpiredException e) {
            throw new GeneralSecurityException(
                    settings.certificate() + " expired at "
                            + now[0].getNotAfter().toInstant(),
                    e);
        } catch (CertificateNotYetValidException e) {
            throw new GeneralSecurityException(
                    settings.certificate() + " is not valid before "
                            + now[0].getNotBefore().toInstant(),
                    e);
        }
    }

    /** Reloads changed files for new connections. Never throws: it logs unusable files and keeps the old content. */
    void reload() {
        try {
            if (apply()) {
                LOG.info("tls files reloaded");
            }
        } catch (IOException | GeneralSecurityException e) {
            LOG.atWarn().addKeyValue("cause", e.getMessage()).log("changed tls files not used, the old ones stay");
        }
        warnBeforeEnd();
    }

    private synchronized boolean apply() throws IOException, GeneralSecurityException {
        byte[] certificate = read(settings.certificate());
        byte[] key = read(settings.privateKey());
        byte[] authorities = read(settings.trustedCertificates());
        byte[] now = concatenate(certificate, key, authorities);
        if (Arrays.equals(now, seen)) {
            return false;
        }
        if (settings.certificate() != null) {
            X509Certificate[] read = certificates(certificate, settings.certificate());
            PrivateKey privateKey = privateKey(key);
            requirePair(read, privateKey);
            requireDates(read);
            keys.updateIdentityCredentials(read, privateKey);
            chain = read;
        }
        if (trust != null) {
            trust.updateTrustCredentials(certificates(authorities, settings.trustedCertificates()));
        }
        seen = now;
        return true;
    }

    private static X509Certificate[] certificates(byte[] pem, @Nullable Path file) throws GeneralSecurityException {
        try {
            X509Certificate[] read = CertificateUtils.getX509Certificates(new ByteArrayInputStream(pem));
            if (read.length == 0) {
                throw new GeneralSecurityException("there is none");
            }
            return read;
        } catch (GeneralSecurityException e) {
            throw new GeneralSecurityException(file + " must hold certificates in PEM: " + e.getMessage(), e);
        }
    }

    private PrivateKey privateKey(byte[] pem) throws GeneralSecurityException {
        try {
            return CertificateUtils.getPrivateKey(new ByteArrayInputStream(pem));
        } catch (IOException | GeneralSecurityException e) {
            throw new GeneralSecurityException(
                    settings.privateKey()
                            + " must hold an RSA or EC key in PKCS#8, as openssl pkcs8 -topk8 -nocrypt writes it: "
                            + e.getMessage(),
                    e);
        }
    }

    private void requirePair(X509Certificate[] shown, PrivateKey key) throws GeneralSecurityException {
        byte[] probe = "speckv".getBytes(StandardCharsets.US_ASCII);
        String algorithm = "SHA256with" + (key.getAlgorithm().equals("EC") ? "ECDSA" : key.getAlgorithm());
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update(probe);
        byte[] signed = signature.sign();
        signature.initVerify(shown[0].getPublicKey());
        signature.update(probe);
        if (!signature.verify(signed)) {
            throw new GeneralSecurityException(settings.privateKey() + " is not the key of " + settings.certificate());
        }
    }

    private static byte[] read(@Nullable Path file) throws IOException {
        if (file == null) {
            return new byte[0];
        }
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new IOException("cannot read " + file + ": there is no such file", e);
        } catch (IOException e) {
            throw new IOException("cannot read " + file + ": " + e, e);
        }
    }

    private static byte[] concatenate(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
            out.write(0);
        }
        return out.toByteArray();
    }
}
