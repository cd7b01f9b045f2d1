#include "CTransformerKernels.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct ct_pool {
  pthread_mutex_t lock;
  pthread_cond_t work, done;
  size_t threads, running;
  unsigned long generation;
  int closing;
  ct_task task;
  void *context;
  size_t items;
  atomic_size_t next;
  void (*start)(void);
  struct worker {
    ct_pool *pool;
    size_t index;
    pthread_t thread;
  } workers[];
};

static void drain(ct_pool *pool, size_t thread) {
  for (;;) {
    const size_t item = atomic_fetch_add_explicit(&pool->next, 1, memory_order_relaxed);
    if (item >= pool->items) return;
    pool->task(pool->context, item, thread);
  }
}

static void *wait_for_work(void *argument) {
  struct worker *worker = argument;
  ct_pool *pool = worker->pool;
  unsigned long seen = 0;
  if (pool->start) pool->start();
  pthread_mutex_lock(&pool->lock);
  for (;;) {
    while (pool->generation == seen && !pool->closing) pthread_cond_wait(&pool->work, &pool->lock);
    if (pool->closing) break;
    seen = pool->generation;
    pthread_mutex_unlock(&pool->lock);
    drain(pool, worker->index);
    pthread_mutex_lock(&pool->lock);
    if (--pool->running == 0) pthread_cond_signal(&pool->done);
  }
  pthread_mutex_unlock(&pool->lock);
  return NULL;
}

ct_pool *ct_pool_create(size_t threads, void (*start)(void)) {
  if (threads == 0 || threads > 1024) return NULL;
  ct_pool *pool = calloc(1, sizeof *pool + (threads - 1) * sizeof(struct worker));
  if (!pool) return NULL;
  pthread_mutex_init(&pool->lock, NULL);
  pthread_cond_init(&pool->work, NULL);
  pthread_cond_init(&pool->done, NULL);
  pool->start = start;
  pool->threads = 1;
  for (size_t i = 0; i + 1 < threads; i++) {
    pool->workers[i].pool = pool;
    pool->workers[i].index = i + 1;
    if (pthread_create(&pool->workers[i].thread, NULL, wait_for_work, &pool->workers[i])) {
      ct_pool_destroy(pool);
      return NULL;
    }
    pool->threads++;
  }
  return pool;
}

void ct_pool_destroy(ct_pool *pool) {
  if (!pool) return;
  pthread_mutex_lock(&pool->lock);
  pool->closing = 1;
  pthread_cond_broadcast(&pool->work);
  pthread_mutex_unlock(&pool->lock);
  for (size_t i = 0; i + 1 < pool->threads; i++) pthread_join(pool->workers[i].thread, NULL);
  pthread_cond_destroy(&pool->work);
  pthread_cond_destroy(&pool->done);
  pthread_mutex_destroy(&pool->lock);
  free(pool);
}

void ct_pool_run(ct_pool *pool, size_t items, ct_task task, void *context) {
  if (items == 0) return;
  if (pool->threads == 1 || items == 1) {
    for (size_t i = 0; i < items; i++) task(context, i, 0);
    return;
  }
  pthread_mutex_lock(&pool->lock);
  pool->task = task;
  pool->context = context;
  pool->items = items;
  atomic_store(&pool->next, 0);
  pool->running = pool->threads - 1;
  pool->generation++;
  pthread_cond_broadcast(&pool->work);
  pthread_mutex_unlock(&pool->lock);
  drain(pool, 0);
  pthread_mutex_lock(&pool->lock);
  while (pool->running) pthread_cond_wait(&pool->done, &pool->lock);
  pthread_mutex_unlock(&pool->lock);
}
