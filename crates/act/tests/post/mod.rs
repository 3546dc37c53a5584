//! A webhook and a mail server of this machine, and mail read back without the crate that wrote it.
#![allow(clippy::unwrap_used, dead_code, unreachable_pub)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

fn base64(text: &str) -> Vec<u8> {
    let digit = |c: u8| match c {
        b'A'..=b'Z' => Some(c - b'A'),
        b'a'..=b'z' => Some(c - b'a' + 26),
        b'0'..=b'9' => Some(c - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let digits: Vec<u32> = text.bytes().filter_map(digit).map(u32::from).collect();
    let mut bytes = Vec::new();
    for four in digits.chunks(4) {
        let bits = four.iter().enumerate().fold(0_u32, |bits, (place, digit)| bits | (digit << (18 - 6 * place)));
        bytes.extend(bits.to_be_bytes()[1..].iter().take(four.len() - 1));
    }
    bytes
}

fn quoted_printable(text: &str) -> Vec<u8> {
    let joined = text.replace("=\r\n", "");
    let mut bytes = joined.bytes();
    let mut read = Vec::new();
    while let Some(byte) = bytes.next() {
        if byte == b'=' {
            let digits = [bytes.next().unwrap(), bytes.next().unwrap()];
            read.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
        } else {
            read.push(byte);
        }
    }
    read
}

/// A header with its encoded words read (RFC 2047): white space between two of them does not count.
fn words(value: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = value;
    let mut after_word = false;
    while let Some((before, tail)) = rest.split_once("=?utf-8?b?") {
        if !after_word || !before.trim().is_empty() {
            bytes.extend(before.bytes());
        }
        let (word, tail) = tail.split_once("?=").unwrap();
        bytes.extend(base64(word));
        (rest, after_word) = (tail, true);
    }
    bytes.extend(rest.bytes());
    String::from_utf8(bytes).unwrap()
}

pub struct Mail {
    headers: Vec<(String, String)>,
    pub body: String,
}

impl Mail {
    pub fn read(bytes: &[u8]) -> Self {
        let text = std::str::from_utf8(bytes).unwrap();
        assert!(text.is_ascii(), "every mail server takes it");
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
        let headers: Vec<(String, String)> = unfolded
            .split("\r\n")
            .map(|line| line.split_once(": ").unwrap())
            .map(|(name, value)| (name.to_owned(), words(value.trim())))
            .collect();
        let mut mail = Self { headers, body: String::new() };
        let decoded = match mail.header("Content-Transfer-Encoding") {
            "base64" => base64(body),
            "quoted-printable" => quoted_printable(body),
            _ => body.as_bytes().to_vec(),
        };
        mail.body = String::from_utf8(decoded).unwrap().replace("\r\n", "\n");
        mail
    }

    pub fn header(&self, name: &str) -> &str {
        let mut found = self.headers.iter().filter(|(own, _)| own.eq_ignore_ascii_case(name));
        let value = found.next().map(|(_, value)| value.as_str()).unwrap_or_else(|| panic!("no {name}"));
        assert!(found.next().is_none(), "one {name}");
        value
    }
}

/// A webhook that gives these answers, one a connection, and tells what it was sent: the head and the body.
pub fn webhook(answers: &'static [u16]) -> (String, Receiver<(String, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let (told, heard) = channel();
    std::thread::spawn(move || {
        for status in answers {
            let (stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream);
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).unwrap() != 0 {}
            let length = header_of(&head, "content-length").parse().unwrap();
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let answer = format!("HTTP/1.1 {status} Told\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            reader.get_mut().write_all(answer.as_bytes()).unwrap();
            told.send((head, String::from_utf8(body).unwrap())).unwrap();
        }
    });
    (url, heard)
}

pub fn header_of(head: &str, name: &str) -> String {
    let mut lines = head.lines().filter_map(|line| line.split_once(':'));
    lines.find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
}

pub fn next<T>(heard: &Receiver<T>) -> T {
    heard.recv_timeout(Duration::from_secs(20)).unwrap()
}

/// A mail server that knows just enough: it answers recipients in this way, and tells the commands and the letters.
pub fn mail_server(recipients: &'static [&'static str]) -> (u16, Receiver<(Vec<String>, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (told, heard) = channel();
    std::thread::spawn(move || {
        for recipient in recipients {
            let (stream, _) = listener.accept().unwrap();
            told.send(mail_session(stream, recipient)).unwrap();
        }
    });
    (port, heard)
}

fn mail_session(stream: TcpStream, recipient: &str) -> (Vec<String>, String) {
    let mut reader = BufReader::new(stream);
    let (mut commands, mut letter) = (Vec::new(), String::new());
    reader.get_mut().write_all(b"220 test ready\r\n").unwrap();
    let mut line = String::new();
    while reader.read_line(&mut line).unwrap_or_default() != 0 {
        let command = line.trim_end().to_owned();
        let answer = match command.split([' ', ':']).next().unwrap() {
            "EHLO" => "250-test greets you\r\n250 8BITMIME",
            "MAIL" => "250 sender ok",
            "RCPT" => recipient,
            "DATA" => "354 go on",
            "QUIT" => "221 bye",
            _ => "502 what",
        };
        reader.get_mut().write_all(format!("{answer}\r\n").as_bytes()).unwrap();
        let (data, quit) = (command == "DATA", command == "QUIT");
        commands.push(command);
        line.clear();
        if data {
            while reader.read_line(&mut line).unwrap() != 0 && line != ".\r\n" {
                // A point that begins a line was doubled for the way.
                letter.push_str(line.strip_prefix('.').unwrap_or(&line));
                line.clear();
            }
            reader.get_mut().write_all(b"250 taken\r\n").unwrap();
            line.clear();
        }
        if quit {
            break;
        }
    }
    (commands, letter)
}
