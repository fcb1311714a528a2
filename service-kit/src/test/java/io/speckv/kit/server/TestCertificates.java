package io.speckv.kit.server;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority of the test's own that writes PEM files. */
public final class TestCertificates {
    private final AtomicLong serial = new AtomicLong();
    private final KeyPair key = newKey();
    private final X500Name name;
    private final X509Certificate certificate;

    public TestCertificates(String name) throws GeneralSecurityException {
        this.name = new X500Name("CN=" + name);
        this.certificate = sign(this.name, key, Duration.ofDays(1), true, "");
    }

    /** Writes the authority's own certificate. */
    public Path writeAuthority(Path file) throws IOException, GeneralSecurityException {
        return writePem(file, "CERTIFICATE", certificate.getEncoded());
    }

    /** Writes a certificate for {@code host} that ends after {@code validity}, which may be negative. */
    public X509Certificate issue(String host, Duration validity, Path certificateFile, Path keyFile)
            throws IOException, GeneralSecurityException {
        KeyPair pair = newKey();
        X509Certificate issued = sign(new X500Name("CN=" + host), pair, validity, false, host);
        writePem(certificateFile, "CERTIFICATE", issued.getEncoded());
        writePem(keyFile, "PRIVATE KEY", pair.getPrivate().getEncoded());
        return issued;
    }

    private X509Certificate sign(X500Name subject, KeyPair pair, Duration validity, boolean authority, String host)
            throws GeneralSecurityException {
        Instant now = Instant.now();
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                name,
                BigInteger.valueOf(serial.getAndIncrement()),
                Date.from(now.minus(Duration.ofDays(2))),
                Date.from(now.plus(validity)),
                subject,
                pair.getPublic());
        try {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            if (!authority) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(new GeneralName(GeneralName.dNSName, host)));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate())));
        } catch (CertIOException | OperatorCreationException e) {
            throw new GeneralSecurityException(e);
        }
    }

    private static KeyPair newKey() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        return generator.generateKeyPair();
    }

    private static Path writePem(Path file, String type, byte[] der) throws IOException {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return Files.writeString(file, "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n");
    }
}
