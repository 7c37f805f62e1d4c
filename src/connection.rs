//! Connections that end by themselves when their client stalls.
//!
//! The HTTP layer times the head of a connection's first request, and the pause between two
//! requests. This times all else: who sends a later request byte by byte, sends on and on after
//! the answer, or does not take its answer, loses the connection.

use std::{
    future::Future,
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep_until},
};

/// A connection on which an exchange has to get on.
///
/// An exchange begins with a byte that is read, or that can't be written. It gets on with every
/// byte that is written.
#[derive(Debug)]
pub struct Connection<T> {
    io: T,
    limit: Duration,
    /// When the exchange that is under way has to have got on.
    due: Option<Instant>,
    /// Wakes the connection when something may be due. Set once for many exchanges: what passes
    /// quickly must not cost a timer each time.
    timer: Option<Pin<Box<Sleep>>>,
}

impl<T> Connection<T> {
    pub fn new(io: T, limit: Duration) -> Self {
        Self { io, limit, due: None, timer: None }
    }

    fn begin(&mut self) {
        let limit = self.limit;
        self.due.get_or_insert_with(|| Instant::now() + limit);
    }

    /// To be asked whenever there is nothing to do but wait.
    fn check(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        while let Some(due) = self.due {
            let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(due)));
            match timer.as_mut().poll(cx) {
                Poll::Pending => break,
                Poll::Ready(()) if due <= Instant::now() => {
                    return Err(io::ErrorKind::TimedOut.into());
                }
                Poll::Ready(()) => self.timer = None,
            }
        }
        Ok(())
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Connection<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.io).poll_read(cx, buffer);
        if buffer.filled().len() > before {
            self.begin();
        }
        self.check(cx)?;
        read
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Connection<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.io).poll_write(cx, bytes) {
            Poll::Ready(written) => {
                self.due = None;
                Poll::Ready(written)
            }
            Poll::Pending => {
                self.begin();
                self.check(cx)?;
                Poll::Pending
            }
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.io).poll_shutdown(cx))?;
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

    use super::*;

    const LIMIT: Duration = Duration::from_secs(60);

    /// Takes 16 bytes that nobody reads, and no more.
    fn pair() -> (Connection<DuplexStream>, DuplexStream) {
        let (near, far) = duplex(16);
        (Connection::new(near, LIMIT), far)
    }

    async fn read(connection: &mut Connection<DuplexStream>) -> io::Result<usize> {
        connection.read(&mut [0; 16]).await
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_never_ends_ends_the_connection() {
        let (mut connection, mut client) = pair();
        let began = Instant::now();
        let trickle = async {
            while client.write_all(b"x").await.is_ok() {
                tokio::time::sleep(Duration::from_secs(7)).await;
            }
        };
        let reading = async { while read(&mut connection).await.is_ok() {} };
        tokio::select! { () = trickle => {}, () = reading => {} }
        assert_eq!(began.elapsed().as_secs(), 60);
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_nobody_takes_ends_the_connection() {
        let (mut connection, _client) = pair();
        let began = Instant::now();
        let error = connection.write_all(&[0; 17]).await.unwrap_err();
        assert_eq!((error.kind(), began.elapsed().as_secs()), (io::ErrorKind::TimedOut, 60));
    }

    #[tokio::test(start_paused = true)]
    async fn exchanges_that_get_on_and_pauses_between_them_may_last() {
        let (mut connection, mut client) = pair();
        for _ in 0..10 {
            client.write_all(b"ask").await.unwrap();
            assert_eq!(read(&mut connection).await.unwrap(), 3);
            tokio::time::sleep(Duration::from_secs(50)).await;
            connection.write_all(b"answer").await.unwrap();
            let pause = tokio::time::timeout(Duration::from_secs(80), read(&mut connection));
            assert!(pause.await.is_err(), "it is read from all the time");
            client.read_exact(&mut [0; 6]).await.unwrap();
        }
    }
}
