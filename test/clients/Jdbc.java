import java.io.*;
import java.math.BigDecimal;
import java.net.*;
import java.nio.channels.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.*;
import java.util.Properties;
import java.util.stream.*;

/**
 * Asks through JDBC, as libpq.c does: Jdbc SOCKET USER DATABASE THRESHOLD < questions
 *
 * A statement that is asked for the fifth time is prepared on the server, and its answers come in binary.
 * THRESHOLD -1 does so the first time.
 */
public class Jdbc {
    public static void main(String[] args) throws Exception {
        var properties = new Properties();
        properties.put("user", args[1]);
        properties.put("socketFactory", LocalSocketFactory.class.getName());
        properties.put("socketFactoryArg", args[0]);
        properties.put("prepareThreshold", args[3]);
        var out = new PrintStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)), false, StandardCharsets.UTF_8);
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (var connection = DriverManager.getConnection("jdbc:postgresql:" + args[2], properties)) {
            for (String line; (line = in.readLine()) != null; )
                ask(connection, line.split("\t"), out);
        }
        out.flush();
    }

    /** The question is parts[0], its SQL parts[1], and then come the values of its parameters. */
    static void ask(Connection connection, String[] parts, PrintStream out) {
        out.println("?" + parts[0]);
        try (var statement = connection.prepareStatement(parts.length > 2 ? parts[1].replaceAll("\\$[0-9]", "?") : parts[1])) {
            for (int i = 2; i < parts.length; i++)
                if (parts[i].matches("[0-9.]+"))
                    statement.setDouble(i - 1, Double.parseDouble(parts[i]));
                else
                    statement.setString(i - 1, parts[i]);
            try (var answers = statement.executeQuery()) {
                print(answers, out);
            }
        } catch (SQLException e) {
            out.println("!" + e.getMessage().replace('\n', ' '));
        }
    }

    static void print(ResultSet answers, PrintStream out) throws SQLException {
        var columns = answers.getMetaData();
        for (int i = 1; i <= columns.getColumnCount(); i++)
            out.println(":" + columns.getColumnLabel(i) + "\t" + columns.getColumnTypeName(i) + "\t"
                + JDBCType.valueOf(columns.getColumnType(i)) + ", " + columns.getColumnClassName(i).replaceAll(".*\\.", ""));
        while (answers.next())
            for (int i = 1; i <= columns.getColumnCount(); i++) {
                Object value = answers.getObject(i);
                out.print(answers.wasNull() ? "\\N" : show(value));
                out.print(i < columns.getColumnCount() ? "\t" : "\n");
            }
    }

    static String show(Object value) throws SQLException {
        if (value instanceof Boolean b)
            return b ? "t" : "f";
        if (value instanceof BigDecimal n)
            return n.toPlainString();
        if (value instanceof java.sql.Array a)
            return "{" + Stream.of((Object[]) a.getArray()).map(String::valueOf).collect(Collectors.joining(",")) + "}";
        return String.valueOf(value);
    }

    /** The driver knows TCP alone: this gives it a socket of the file system. */
    public static class LocalSocketFactory extends javax.net.SocketFactory {
        private final Path path;

        public LocalSocketFactory(String path) { this.path = Path.of(path); }

        @Override public Socket createSocket() throws IOException {
            var channel = SocketChannel.open(UnixDomainSocketAddress.of(path));
            return new Socket() {
                @Override public void connect(SocketAddress address, int timeout) { }
                @Override public InputStream getInputStream() { return Channels.newInputStream(channel); }
                @Override public OutputStream getOutputStream() { return Channels.newOutputStream(channel); }
                @Override public void close() throws IOException { channel.close(); }
                @Override public void setTcpNoDelay(boolean on) { }
                @Override public void setKeepAlive(boolean on) { }
                @Override public void setSoTimeout(int timeout) { }
                @Override public int getSoTimeout() { return 0; }
            };
        }

        @Override public Socket createSocket(String host, int port) throws IOException { return createSocket(); }
        @Override public Socket createSocket(String host, int port, InetAddress from, int fromPort) throws IOException { return createSocket(); }
        @Override public Socket createSocket(InetAddress host, int port) throws IOException { return createSocket(); }
        @Override public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort) throws IOException { return createSocket(); }
    }
}
